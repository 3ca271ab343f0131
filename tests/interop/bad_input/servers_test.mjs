// Servers that lie: whatever one answer of a conversation says, satchel either refuses it in one
// sentence with exit code 3 and writes nothing, or gives the very result it gives without the fault.
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cutAfter, floods, lasting, links, passing, startHostile, wire } from './hostile.mjs'
import { inParallel, Place, refused, run, startSandbox } from '../programs.mjs'

const policy = `satchel: 1
project:
  name: hostile
sync:
  page_size: 40
entities:
  account:
    fields: [name, revenue, ownerid, statecode, createdon]
    filter:
      and:
        - {field: statecode, op: eq, value: 0}
        - link: {entity: contact, from: parentcustomerid, to: accountid, type: any}
  contact:
    fields: [fullname, parentcustomerid]
    filter:
      and:
        - {field: ownerid, op: eq-useroruserteams}
`
const root = '/api/data/v9.2/'
let sandbox
before(async () => { sandbox = await startSandbox(['--accounts', '30']) })
after(() => sandbox?.stop())

// What a preview says, without what differs from run to run.
function essence(out) {
  const result = JSON.parse(out)
  delete result.server
  for (const part of [result.totals, ...result.entities]) {
    for (const name of ['seconds', 'requests', 'bytes_downloaded']) delete part[name]
  }
  return result
}

// Runs a command against a server that spoils the n-th answer.
async function attempt(args, spoil, { env, files = { 'p.yaml': policy }, tls } = {}) {
  const place = new Place()
  const hostile = await startHostile(sandbox.port, spoil, { tls })
  try {
    for (const [name, text] of Object.entries(files)) place.write(name, text)
    const before = place.contents()
    const result = await run(place, args.map(word => word.replace('SERVER', hostile.origin + root)), { env })
    return { result, before, place, after: place.contents(), seen: hostile.seen }
  } finally {
    await hostile.stop()
    place.remove()
  }
}

const preview = ['preview', 'p.yaml', '--server', 'SERVER', '--as', 'jana@contoso.example', '--json', '--now', '2026-01-15T12:00:00Z']

// Either the honest result, or a refusal.
async function check(args, spoil, honest, what) {
  const { result, before, after } = await attempt(args, spoil)
  try {
    if (result.code === 0) {
      assert.deepEqual(honest.of(result.out), honest.value, 'a wrong result')
    } else {
      // The server may refuse the very filter; then the filter is what is wrong.
      refused(result, { code: /^400 at .*\b(accounts|contacts)\?/.test(what) ? 1 : 3 })
    }
    assert.deepEqual(after, before, 'something was written')
  } catch (error) {
    throw new Error(`${what}: ${error.message}`)
  }
  return result
}

const commands = {
  preview: { args: preview, of: essence },
  schema: { args: ['schema', 'SERVER', '--entity', 'account', '--json'], of: JSON.parse },
  users: { args: ['users', 'SERVER', '--json'], of: JSON.parse },
  views: { args: ['views', 'SERVER', 'account', '--json'], of: JSON.parse },
  test: { args: ['server', 'test', 'SERVER', '--json'], of: out => { const r = JSON.parse(out); delete r.seconds; delete r.server; return r } }
}

for (const [name, command] of Object.entries(commands)) {
  test(`${name}: one answer is a lie`, async () => {
    const calm = await attempt(command.args, () => null)
    assert.equal(calm.result.code, 0, calm.result.err)
    const honest = { of: command.of, value: command.of(calm.result.out) }
    // Every answer of a short conversation gets every fault. A preview has many answers, most of them
    // read by the same code: each gets every fourth fault, and each fault comes to every fourth answer.
    const stride = name === 'preview' ? 4 : 1
    const tasks = []
    for (let n = 0; n < calm.seen.length; ++n) {
      const at = `${name}, answer ${n} (${calm.seen[n].slice(root.length - 1, 90)})`
      for (const [i, [fault, spoil]] of Object.entries({ ...lasting, ...links, ...(n === 0 && floods) }).entries()) {
        if ((i + n) % stride === 0) tasks.push(() => check(command.args, k => k === n && spoil, honest, `${fault} at ${at}`))
      }
      if (name !== 'preview') continue  // The rest sends its requests through the same code.
      const [fault, spoil] = Object.entries(passing)[n % Object.keys(passing).length]
      tasks.push(async () => {
        const result = await check(command.args, k => k === n && spoil, honest, `${fault}, once, at ${at}`)
        assert.equal(result.code, 0, `${fault}, once, at ${at}: ${result.err}`)
      })
    }
    await inParallel(tasks, 8)
  })
}

test('what lasts is given up in one sentence', async () => {
  const tasks = Object.entries(passing).map(([fault, spoil]) => async () => {
    const { result, before, after } = await attempt(preview, () => spoil)
    refused(result, { code: 3, says: /tried \d+ times|busy|try again later/ })
    assert.deepEqual(after, before, fault)
  })
  await inParallel(tasks, 6)
})

test('the sentence names what happened', async () => {
  const first = 'GET ' + root + 'accounts?'
  const cases = {
    'a web page with status 200': /web page instead of data/,
    '401': /sign in again/,
    '403': /privilege/,
    'a redirect to another server': /redirects to http:\/\/192\.0\.2\.1/,
    'a gzip bomb': /unpack|larger/,
    'a body without end': /larger|MiB/,
    'headers without end': /headers/,
    'another protocol': /HTTP/,
    'values of the wrong type': /account/,
    'JSON cut in half': /whole JSON|cut/
  }
  const tasks = Object.entries(cases).map(([fault, says]) => async () => {
    const { result } = await attempt(preview, (n, request) =>
      `${request.method} ${request.url}`.startsWith(first) && { ...lasting, ...floods }[fault])
    try { refused(result, { code: 3, says }) } catch (error) { throw new Error(`${fault}: ${error.message}`) }
  })
  tasks.push(...Object.entries({
    'a next link to another server': /https:\/\/192\.0\.2\.1.*not followed/,
    'a next link to the same page': /sent already/
  }).map(([fault, says]) => async () => {
    const { result } = await attempt(['users', 'SERVER'], (n, request) => /systemusers/.test(request.url) && links[fault])
    try { refused(result, { code: 3, says }) } catch (error) { throw new Error(`${fault}: ${error.message}`) }
  }))
  await inParallel(tasks, 4)
})

test('next links in a circle end', async () => {
  // Two addresses that lead to each other.
  const circle = (response, real, request) => {
    const other = request.url.includes('turn=a') ? request.url.replace('turn=a', 'turn=b') : request.url.replace(/([?&])turn=b|$/, (m, sign) => sign ? `${sign}turn=a` : '&turn=a')
    const value = JSON.parse(real.body)
    value['@odata.nextLink'] = `http://${request.headers.host}${other}`
    const body = Buffer.from(JSON.stringify(value))
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
    response.end(body)
  }
  for (const [args, what] of [[['users', 'SERVER'], /systemusers/], [['views', 'SERVER', 'account'], /savedqueries/]]) {
    const { result, seen } = await attempt(args, (n, request) => what.test(request.url) && circle)
    refused(result, { code: 3, says: /sent already/ })
    assert.ok(seen.length < 20, `${seen.length} requests`)
  }
})

test('a connection that breaks after any byte changes nothing', async () => {
  let page
  const calm = await attempt(preview, (n, request) => request.url.startsWith(root + 'accounts?') && !page &&
    ((response, real) => { page = real; cutAfter(Infinity)(response, real) }))
  assert.equal(calm.result.code, 0, calm.result.err)
  const honest = { of: essence, value: essence(calm.result.out) }
  const length = wire(page).length
  const head = wire(page).indexOf('\r\n\r\n') + 4
  const places = new Set([0, 1, 8, 9, 12, head - 4, head - 2, head - 1, head, head + 1, length - 2, length - 1])
  for (let i = 1; i < 40; ++i) places.add(Math.floor(i * length / 40))
  const tasks = []
  for (const count of places) {
    for (const how of ['reset', 'end']) {
      let broken = false
      tasks.push(async () => {
        const result = await check(preview, (n, request) => {
          if (broken || !request.url.startsWith(root + 'accounts?')) return null
          broken = true
          return cutAfter(count, how)
        }, honest, `${how} after ${count} of ${length} bytes`)
        assert.equal(result.code, 0, `${how} after ${count} bytes: ${result.err}`)
      })
    }
  }
  await inParallel(tasks, 12)
})

test('TLS that cannot be trusted', async () => {
  const keys = new URL('../../support/tls/', import.meta.url)
  const tls = { cert: readFileSync(new URL('server.pem', keys)), key: readFileSync(new URL('server.key', keys)) }
  const { result, seen } = await attempt(preview, () => null, { tls, env: { SATCHEL_TOKEN: 'secret' } })
  refused(result, { code: 3, says: /not trusted.*--ca-file/ })
  assert.deepEqual(seen, [], 'a request went out')
  const plain = await attempt(preview.map(word => word.replace('SERVER', `https://127.0.0.1:${sandbox.port}${root}`)), () => null)
  refused(plain.result, { code: 3, says: /no protected connection/ })
})

test('a stranger among the users', async () => {
  const args = preview.map(word => word.replace('jana@', 'nobody@'))
  const { result, before, after } = await attempt(args, () => null)
  refused(result, { code: 3, says: /nobody@contoso\.example/ })
  assert.deepEqual(after, before)
  // Among several it is found before the first of them is downloaded.
  const several = await attempt([...preview, '--as', 'jana'], () => null)
  refused(several.result, { code: 3, says: /'jana'.*did you mean 'Jana Nováková'\?/ })
  assert.equal(several.result.err.trim().split('\n').length, 1, several.result.err)
})

test('views and schemas of what the server does not have', async () => {
  for (const args of [['views', 'SERVER', 'acount'], ['schema', 'SERVER', '--entity', 'acount'], ["views", 'SERVER', "a'b"]]) {
    refused((await attempt(args, () => null)).result, { code: 1, says: /no entity/ })
  }
})

test('a disk that fills up under a preview', async t => {
  const place = new Place()
  try {
    mkdirSync(join(place.work, 'disk'))
    place.write('p.yaml', policy)
    if (spawnSync('unshare', ['-rm', 'sh', '-c', `mount -t tmpfs -o size=64k none "${place.work}/disk"`]).status !== 0) {
      return t.skip('no file system can be mounted here')
    }
    const base = `http://127.0.0.1:${sandbox.port}${root}`
    const args = preview.map(word => word.replace('SERVER', base).replace('jana@', 'eva@'))
    for (const [size, more, env] of [
      ['16k', ['--db', 'disk/p.db'], {}],
      ['16k', [], { XDG_RUNTIME_DIR: 'disk' }],
      ['4k', ['--records', 'disk/records'], {}]]) {
      // The mount is seen by this process alone, so what is left on it is counted there, too.
      const result = await run(place, [...args, ...more], {
        env, wrap: ['unshare', '-rm', 'sh', '-c', `mount -t tmpfs -o size=${size} none disk && "$0" "$@"; code=$?; [ -z "$(ls -A disk)" ] || echo "left: $(ls -A disk)"; exit $code`]
      })
      refused(result, { code: 3, says: /disk (is|may be) full/ })
    }
  } finally { place.remove() }
})

test('an entity or field that the server lacks is found before anything is downloaded', async () => {
  for (const [from, to, says] of [['account:', 'acount:', /acount/], ['revenue', 'revenu', /revenu/]]) {
    const { result } = await attempt(preview, () => null, { files: { 'p.yaml': policy.replace(from, to) } })
    refused(result, { code: 1, file: 'p.yaml', says })
  }
})

test('a token that has expired', async () => {
  const own = await startSandbox(['--accounts', '5', '--auth', '--token-expiry', '1s'])
  const base = `http://127.0.0.1:${own.port}`
  const place = new Place()
  try {
    const answer = await fetch(`${base}/contoso/oauth2/v2.0/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'app', scope: `${base}/.default`,
        client_secret: own.text.match(/CLIENT_SECRET (\S+)/)[1] })
    })
    const token = (await answer.json()).access_token
    const ask = () => fetch(base + root + 'WhoAmI', { headers: { authorization: `Bearer ${token}` } })
    assert.equal((await ask()).status, 200)
    while ((await ask()).status === 200) { /* until it has */ }
    place.write('p.yaml', policy)
    const before = place.contents()
    const result = await run(place, ['preview', 'p.yaml', '--server', base + root], { env: { SATCHEL_TOKEN: token } })
    refused(result, { code: 3, says: /sign in again.*expired/, before, place })
    assert.ok(!result.err.includes(token), 'the token is in the message')
  } finally {
    place.remove()
    await own.stop()
  }
})
