// Two devices, a user at the server, and the sandbox with its fault switches on.
//
// SATCHEL, SANDBOX: the programs. SATCHEL_DEEP: minutes instead of seconds. TWOWAY_SEED: another run.
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Device } from './device.mjs'
import { Ledger } from './ledger.mjs'
import { TwoWays, limit } from './scenario.mjs'
import { change, readAll, readJson } from './web.mjs'
import { Place, run, startSandbox } from '../programs.mjs'

const deep = Boolean(process.env.SATCHEL_DEEP)
const verbose = Boolean(process.env.TWOWAY_VERBOSE)

// The sandbox as somebody with a browser uses it.
class Company {
  constructor(sandbox, rules) {
    this.base = `http://127.0.0.1:${sandbox.port}/api/data/v9.2/`
    this.secret = sandbox.text.match(/CLIENT_SECRET (\S+)/)[1]
    this.tokens = new Map()
    const text = fields => Object.fromEntries(fields.map(field => [field, 'text']))
    const version = row => String(row.versionnumber)
    this.entities = {
      account: {
        set: 'accounts', key: 'accountid', token: 'name', born: 'accountnumber', scope: 'numberofemployees',
        own: { a: 'telephone1', b: 'address1_city', editor: 'websiteurl' }, rule: rules.account, version,
        types: { accountid: 'id', ...text(['name', 'accountnumber', 'telephone1', 'address1_city', 'websiteurl']), numberofemployees: 'integer', revenue: 'scaled:4', statecode: 'integer' }
      },
      contact: {
        set: 'contacts', key: 'contactid', token: 'lastname', born: 'firstname', parent: 'parentcustomerid',
        own: { a: 'mobilephone', b: 'telephone1', editor: 'jobtitle' }, rule: rules.contact, version,
        types: { contactid: 'id', ...text(['lastname', 'firstname', 'mobilephone', 'telephone1', 'jobtitle']), parentcustomerid: 'id' }
      }
    }
  }
  lookup(entity, id) { return `${entity}/${id}` }

  // As a device's user, or as the administrator.
  async headers(device) {
    const user = device?.user ?? 'eva@contoso.example'
    const known = this.tokens.get(user)
    if (known && known.until > Date.now()) return known.headers
    for (;;) {
      const answer = await fetch(new URL('/tenant/oauth2/v2.0/token', this.base), {
        method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_id: user, client_secret: this.secret })
      }).catch(() => undefined)
      const body = answer?.ok && await answer.json().catch(() => undefined)
      if (!body) continue
      const headers = { authorization: `Bearer ${body.access_token}`, 'content-type': 'application/json', prefer: 'odata.maxpagesize=70' }
      this.tokens.set(user, { headers, until: Date.now() + 1000 })
      return headers
    }
  }
  url(entity, id) { return `${this.base}${this.entities[entity].set}${id ? `(${id})` : ''}` }
  async list(entity, device) {
    const rows = await readAll(this.url(entity), () => this.headers(device))
    for (const row of rows) row.parentcustomerid = row._parentcustomerid_value
    return rows
  }

  async create(entity, values) {
    const id = randomUUID()
    const body = JSON.stringify({ [this.entities[entity].key]: id, ...values })
    for (;;) {
      const answer = await fetch(this.url(entity), { method: 'POST', headers: await this.headers(), body }).catch(() => undefined)
      if (answer?.ok) return id
      if (await readJson(this.url(entity, id), () => this.headers())) return id
      if (answer && answer.status >= 400 && answer.status < 500 && ![401, 429].includes(answer.status)) assert.fail(`${answer.status} ${await answer.text()}`)
    }
  }
  update(entity, row, values) {
    const { key, token } = this.entities[entity]
    const url = this.url(entity, row[key]), etag = row['@odata.etag']
    return change({
      etag, read: () => readJson(url, () => this.headers()), arrived: now => now?.[token] === values[token],
      send: async () => fetch(url, { method: 'PATCH', headers: { ...await this.headers(), 'if-match': etag }, body: JSON.stringify(values) })
    })
  }
  remove(entity, row) {
    const url = this.url(entity, row[this.entities[entity].key]), etag = row['@odata.etag']
    return change({
      etag, read: () => readJson(url, () => this.headers()), arrived: now => now === undefined,
      send: async () => fetch(url, { method: 'DELETE', headers: { ...await this.headers(), 'if-match': etag } })
    })
  }
}

const policyOf = ({ account, contact }, incremental) => `satchel: 1
project:
  name: two-ways
sync:
  page_size: 60
  incremental: {${incremental}}
entities:
  account:
    fields: [name, accountnumber, telephone1, address1_city, websiteurl, numberofemployees, revenue, statecode]
    filter:
      and:
        - {field: numberofemployees, op: lt, value: "${limit}"}
    conflict: ${account}
  contact:
    fields: [lastname, firstname, mobilephone, telephone1, jobtitle, parentcustomerid]
    conflict: ${contact}
`

async function meet(t, { name, rules, incremental, faults, seed, rounds }) {
  const place = new Place()
  const sandbox = await startSandbox(['--accounts', '60', '--auth', '--token-expiry', '3s', '--delta-expiry', '4s', ...faults], { now: null })
  try {
    const company = new Company(sandbox, rules)
    place.write('policy.yaml', policyOf(rules, incremental))
    const env = { PATH: process.env.PATH, TZ: 'UTC', HOME: place.folder, TMPDIR: place.run, XDG_RUNTIME_DIR: place.run, XDG_CONFIG_HOME: `${place.folder}/config`, SATCHEL_CLIENT_SECRET: company.secret }
    const added = await run(place, ['server', 'add', 'sandbox', '--url', company.base, '--kind', 'dataverse', '--auth', 'client', '--client-id', 'eva@contoso.example', '--tenant', 'tenant', '--authority', `http://127.0.0.1:${sandbox.port}`], { env })
    assert.equal(added.code, 0, added.err)
    const devices = ['eva', 'marta'].map((user, n) => {
      const device = new Device({ name: 'ab'[n], satchel: process.env.SATCHEL, folder: place.work, env, binding: ['--policy', `${place.work}/policy.yaml`, '--server', 'sandbox', '--as', `${user}@contoso.example`] })
      device.user = `${user}@contoso.example`
      return device
    })
    const ledger = new Ledger()
    const both = new TwoWays({ company, devices, ledger, seed, log: verbose ? text => t.diagnostic(text) : undefined })
    await both.begin(10)
    for (let round = 0; round < rounds; ++round) await both.round()
    const turns = await both.untilQuiet()
    await both.check()
    t.diagnostic(`${name}, seed ${seed}: ${rounds} rounds, quiet after ${turns + 1} turns; ${Object.entries(ledger.counts).map(([what, number]) => `${number} ${what}`).join(', ')}`)
    return ledger.counts
  } finally {
    await sandbox.stop()
    place.remove()
  }
}

const seed = Number(process.env.TWOWAY_SEED ?? 1)
const faults = ['--fault', '500=0.02', '--fault', '429=0.01', '--fault', 'reset=0.02', '--latency', '4ms']
const rules = ['server-wins', 'manual', 'device-wins', 'device-wins-full']
const pairs = deep ? rules.flatMap(account => rules.map(contact => ({ account, contact })))
  : [{ account: 'manual', contact: 'device-wins' }, { account: 'server-wins', contact: 'device-wins-full' }]
test('everything arrives and nothing is lost', { concurrency: 2 }, async t => {
  await Promise.all(pairs.map(pair => t.test(`accounts by ${pair.account}, contacts by ${pair.contact}`, async t => {
    const incremental = pair.account === 'manual' ? 'changes: matching, reconcile: "2"' : 'changes: all'
    const counts = await meet(t, { name: `${pair.account}/${pair.contact}`, rules: pair, incremental, faults, seed, rounds: deep ? 40 : 9 })
    assert.ok(counts.syncs > 5, 'the devices hardly synchronised')
  })))
})
