// `satchel device run` as a process: it obeys the triggers, survives kill -9, follows a policy by URL,
// and comes back when its server does.
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import http from 'node:http'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { Device } from './device.mjs'
import { Place, startSandbox } from '../programs.mjs'

let place, sandbox, base
before(async () => {
  place = new Place()
  sandbox = await startSandbox(['--accounts', '40', '--db', join(place.work, 'crm.db')], { now: null })
  base = `http://127.0.0.1:${sandbox.port}/api/data/v9.2/`
})
after(async () => {
  await sandbox.stop()
  place.remove()
})

const policy = (triggers, fields = 'name, telephone1') => `satchel: 1
project:
  name: running
triggers: ${triggers}
entities:
  account:
    fields: [${fields}]
`

function deviceOf(name, policyAt) {
  const env = { PATH: process.env.PATH, TZ: 'UTC', HOME: place.folder, TMPDIR: place.run, XDG_RUNTIME_DIR: place.run, XDG_CONFIG_HOME: join(place.folder, 'config') }
  return new Device({ name, satchel: process.env.SATCHEL, folder: place.work, env, binding: ['--policy', policyAt, '--server', base] })
}
const file = (name, text) => join(place.work, place.write(name, text))

// The running device: `until(what)` waits for an event that is new since the last one waited for.
class Running {
  constructor(device, args = []) {
    this.child = spawn(device.satchel, ['device', 'run', '--json', '--db', device.file, ...(device.bound ? [] : device.binding), ...args], { env: device.env, stdio: ['ignore', 'pipe', 'pipe'] })
    device.bound = true
    this.events = []
    this.err = ''
    this.child.stderr.on('data', chunk => (this.err += chunk))
    createInterface({ input: this.child.stdout }).on('line', line => {
      this.events.push(JSON.parse(line))
      this.look?.()
    })
    this.ended = new Promise(resolve => this.child.on('close', (code, signal) => { resolve({ code, signal }); this.look?.() }))
  }
  async until(kind, trigger = '') {
    for (;;) {
      while (this.events.length) {
        const event = this.events.shift()
        if (event.kind === kind && event.trigger.includes(trigger)) return event
      }
      assert.ok(this.child.exitCode === null && this.child.signalCode === null, `it ended before '${kind}' of '${trigger}': ${this.err}`)
      await new Promise(resolve => (this.look = resolve))
    }
  }
  async stop(signal = 'SIGTERM') {
    this.child.kill(signal)
    return this.ended
  }
}

const onServer = async id => (await (await fetch(`${base}accounts(${id})`)).json()).telephone1

test('it synchronises at its start and after each save, and ends cleanly', async () => {
  const device = deviceOf('triggers', file('triggers.yaml', policy('{on_start: true, on_save: true}')))
  const running = new Running(device)
  await running.until('synced', 'on_start')
  const [record] = await device.list('account')
  for (const phone of ['1', '2']) {
    assert.equal((await device.run(['edit', `account/${record.id}`, `telephone1=${phone}`])).code, 0)
    await running.until('synced', 'on_save')
    assert.equal(await onServer(record.id), phone)
  }
  assert.deepEqual(await running.stop(), { code: 0, signal: null })
  assert.equal(running.events.at(-1).kind, 'stopped')
})

test('killed with -9 again and again it loses nothing', async () => {
  const device = deviceOf('killed', file('killed.yaml', policy('{on_start: true, on_save: true}')))
  await device.sync()
  const records = await device.list('account')
  const last = new Map()
  for (let n = 0; n < 8; ++n) {
    const running = new Running(device)
    await running.until('sync')
    const { id } = records[n % 3]
    const edited = device.run(['edit', `account/${id}`, `telephone1=kill ${n}`])
    // At different moments of what follows.
    if (n % 2) await edited
    if (n % 4 === 3) await running.until('synced')
    await running.stop('SIGKILL')
    assert.equal((await edited).code, 0)
    last.set(id, `kill ${n}`)
  }
  const { outbox } = await device.ask(['status'])
  assert.equal(outbox.conflicts + outbox.errors + outbox.dropped, 0)
  const outcome = await device.sync()
  assert.ok(outcome.succeeded, outcome.why_not)
  for (const [id, phone] of last) assert.equal(await onServer(id), phone)
  for (const [name, row] of device.rows('account', 'accountid', { accountid: 'id', telephone1: 'text' })) {
    const id = name.slice('account/'.length)
    if (last.has(id)) assert.equal(row.telephone1, last.get(id))
  }
})

test('a policy by URL is asked for with its ETag, and another structure brings a foreground sync', async () => {
  let text = policy('{on_start: true, on_save: true}'), tag = '"one"'
  const asked = []
  const server = http.createServer((request, response) => {
    const known = request.headers['if-none-match'] === tag
    asked.push(known ? 304 : 200)
    response.writeHead(known ? 304 : 200, { etag: tag, 'content-type': 'application/yaml' })
    response.end(known ? undefined : text)
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    const device = deviceOf('url', `http://127.0.0.1:${server.address().port}/current.yaml`)
    const running = new Running(device)
    await running.until('synced', 'on_start')
    assert.deepEqual(asked, [200, 304])
    const [record] = await device.list('account')
    text = policy('{on_start: true, on_save: true}', 'name, telephone1, websiteurl')
    tag = '"two"'
    assert.equal((await device.run(['edit', `account/${record.id}`, 'telephone1=url'])).code, 0)
    const waits = await running.until('policy')
    assert.match(waits.text, /waits for a foreground sync/)
    const foreground = await running.until('sync')
    assert.match(foreground.text, /foreground/)
    assert.match((await running.until('policy')).text, /is in force; added account\.websiteurl|is in force/)
    await running.until('synced')
    assert.ok('websiteurl' in (await device.list('account'))[0].values)
    assert.equal(await onServer(record.id), 'url')
    assert.equal((await running.stop()).code, 0)
  } finally { server.close() }
})

test('on a metered network what comes by itself waits, and says so', async () => {
  const device = deviceOf('metered', file('metered.yaml', policy('{on_start: true, network: unmetered}')))
  await device.sync()
  const running = new Running(device, ['--network', 'metered'])
  assert.match((await running.until('suppressed', 'on_start')).text, /metered/)
  assert.equal((await running.stop()).code, 0)
  assert.ok((await device.sync(['--network', 'metered'])).succeeded, 'the button works on any network')
})

// Last: it takes the server away.
test('while its server is away it fails with a sentence, keeps the edit, and sends it later', async () => {
  const device = deviceOf('away', file('away.yaml', policy('{on_start: true, on_save: true}')))
  const running = new Running(device)
  await running.until('synced', 'on_start')
  const [record] = await device.list('account')
  await sandbox.stop()
  assert.equal((await device.run(['edit', `account/${record.id}`, 'telephone1=away'])).code, 0)
  const failed = await running.until('failed', 'on_save')
  assert.match(failed.text, /127\.0\.0\.1/)
  assert.equal((await running.stop()).code, 0)
  const down = await device.run(['sync'])
  assert.equal(down.code, 3)
  assert.match(down.err, /^(satchel: .*\n)$/m)
  assert.equal((await device.ask(['status'])).outbox.waiting, 1)

  sandbox = await startSandbox(['--db', join(place.work, 'crm.db')], { now: null, port: sandbox.port })
  const again = new Running(device)
  await again.until('synced')
  assert.equal(await onServer(record.id), 'away')
  assert.equal((await again.stop()).code, 0)
})
