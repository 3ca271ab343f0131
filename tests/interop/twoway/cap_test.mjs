// Two devices of a manager and somebody at the server, and SAP CAP, which nobody here wrote: no delta
// links, no versions but the time of a change, If-Match required, no conditional create.
//
// SATCHEL, CAP_FOLDER. SATCHEL_DEEP: minutes instead of seconds. TWOWAY_SEED: another run.
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Device } from './device.mjs'
import { Ledger } from './ledger.mjs'
import { TwoWays, limit } from './scenario.mjs'
import { change, readAll, readJson } from './web.mjs'
import { basic, passwords, startCap } from '../cap/service.mjs'
import { Place, run } from '../programs.mjs'

const deep = Boolean(process.env.SATCHEL_DEEP)
const verbose = Boolean(process.env.TWOWAY_VERBOSE)
const seed = Number(process.env.TWOWAY_SEED ?? 1)

class Company {
  constructor(base, rules) {
    this.base = base
    this.headers = { authorization: basic('carol'), 'content-type': 'application/json' }
    const text = fields => Object.fromEntries(fields.map(field => [field, 'text']))
    const version = row => row['@odata.etag']
    this.entities = {
      Accounts: {
        key: 'ID', token: 'name', born: 'number', scope: 'employees', own: { a: 'phone', b: 'street', editor: 'web' }, rule: rules.Accounts, version,
        types: { ID: 'id', ...text(['name', 'number', 'phone', 'street', 'web', 'owner']), employees: 'integer', revenue: 'scaled:2' }
      },
      Contacts: {
        key: 'ID', token: 'lastname', born: 'firstname', parent: 'account_ID', own: { a: 'email', b: 'phone', editor: 'jobtitle' }, rule: rules.Contacts, version,
        types: { ID: 'id', ...text(['lastname', 'firstname', 'email', 'phone', 'jobtitle']), account_ID: 'id' }
      }
    }
  }
  lookup(entity, id) { return id }
  url(entity, id) { return `${this.base}${entity}${id ? `(${id})` : ''}` }
  list(entity) { return readAll(`${this.url(entity)}?$orderby=ID`, this.headers) }
  read(entity, id) { return readJson(this.url(entity, id), this.headers) }

  async create(entity, values) {
    const ID = randomUUID()
    const answer = await fetch(this.url(entity), { method: 'POST', headers: this.headers, body: JSON.stringify({ ID, ...values }) })
    assert.ok(answer.ok, `${answer.status} ${await answer.text()}`)
    return ID
  }
  update(entity, row, values) {
    const { token } = this.entities[entity], etag = row['@odata.etag']
    return change({
      etag, read: () => this.read(entity, row.ID), arrived: now => now?.[token] === values[token],
      send: () => fetch(this.url(entity, row.ID), { method: 'PATCH', headers: { ...this.headers, 'if-match': etag }, body: JSON.stringify(values) })
    })
  }
  remove(entity, row) {
    const etag = row['@odata.etag']
    return change({
      etag, read: () => this.read(entity, row.ID), arrived: now => now === undefined,
      send: () => fetch(this.url(entity, row.ID), { method: 'DELETE', headers: { ...this.headers, 'if-match': etag } })
    })
  }
}

const policyOf = ({ Accounts, Contacts }, incremental) => `satchel: 1
project:
  name: two-ways
sync:
  page_size: 80
  incremental: {${incremental}}
entities:
  Accounts:
    fields: [name, number, phone, street, web, owner, employees, revenue]
    filter:
      and:
        - {field: employees, op: lt, value: "${limit}"}
    conflict: ${Accounts}
  Contacts:
    fields: [lastname, firstname, email, phone, jobtitle, account_ID]
    conflict: ${Contacts}
`

async function meet(t, { cap, rules, incremental, rounds }) {
  const place = new Place()
  try {
    const company = new Company(cap.base, rules)
    place.write('policy.yaml', policyOf(rules, incremental))
    const env = { PATH: process.env.PATH, TZ: 'UTC', HOME: place.folder, TMPDIR: place.run, XDG_RUNTIME_DIR: place.run, XDG_CONFIG_HOME: `${place.folder}/config`, SATCHEL_BASIC: passwords.carol }
    const added = await run(place, ['server', 'add', 'cap', '--url', cap.base, '--kind', 'odata', '--auth', 'basic', '--user-id', 'carol'], { env })
    assert.equal(added.code, 0, added.err)
    const devices = ['a', 'b'].map(name => new Device({ name, satchel: process.env.SATCHEL, folder: place.work, env, binding: ['--policy', `${place.work}/policy.yaml`, '--server', 'cap'] }))
    const ledger = new Ledger()
    const both = new TwoWays({ company, devices, ledger, seed, log: verbose ? text => t.diagnostic(text) : undefined })
    await both.begin(10)
    for (let round = 0; round < rounds; ++round) await both.round()
    const turns = await both.untilQuiet()
    await both.check()
    t.diagnostic(`seed ${seed}: ${rounds} rounds, quiet after ${turns + 1} turns; ${Object.entries(ledger.counts).map(([what, number]) => `${number} ${what}`).join(', ')}`)
    assert.ok(ledger.counts.syncs > 5, 'the devices hardly synchronised')
  } finally { place.remove() }
}

const rules = ['server-wins', 'manual', 'device-wins', 'device-wins-full']
const pairs = deep ? rules.flatMap(Accounts => rules.map(Contacts => ({ Accounts, Contacts })))
  : [{ Accounts: 'server-wins', Contacts: 'device-wins' }, { Accounts: 'manual', Contacts: 'device-wins-full' }]
test('everything arrives at SAP CAP and nothing is lost', async t => {
  for (const pair of pairs) {
    await t.test(`accounts by ${pair.Accounts}, contacts by ${pair.Contacts}`, async t => {
      const cap = await startCap(process.env.CAP_FOLDER)
      try {
        const incremental = pair.Accounts === 'manual' ? 'changes: matching, reconcile: "2"' : 'changes: all'
        await meet(t, { cap, rules: pair, incremental, rounds: deep ? 40 : 8 })
      } finally { cap.stop() }
    })
  }
})
