// A device against servers that lie: whatever one answer of a sync says, the sync goes on or ends in
// one sentence; and once the server is honest again, the device holds what the server has, and what
// was made on the device has reached the server once.
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { lasting, links, passing, startHostile } from './hostile.mjs'
import { inParallel, isComplaint, Place, run, startSandbox } from '../programs.mjs'

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
  contact:
    fields: [fullname, parentcustomerid]
`
const root = '/api/data/v9.2/'
const who = 'jana@contoso.example'
// A sync has some twenty answers and there are some forty faults. Unless there is time for all pairs of
// them, each answer gets every twelfth fault and each fault comes to every twelfth answer.
const stride = process.env.SATCHEL_DEEP ? 1 : 12
let sandbox
before(async () => { sandbox = await startSandbox(['--accounts', '30']) })
after(() => sandbox?.stop())

// One server that may lie, and a device that knows no other.
class Pair {
  async start() {
    this.lie = null
    this.asked = 0
    this.server = await startHostile(sandbox.port, (n, request) => {
      const at = this.asked++
      return this.lie && this.lie(at, request)
    })
    this.place = new Place()
    this.place.write('p.yaml', policy)
    const first = await this.satchel(['device', 'sync', '--policy', 'p.yaml', '--server', this.server.origin + root, '--as', who], 'base.db')
    assert.equal(first.code, 0, first.err)
    return this
  }
  async stop() {
    await this.server?.stop()
    this.place?.remove()
  }
  satchel(args, database) { return run(this.place, [...args, '--db', database]) }
  async sync(database, lie) {
    this.lie = lie
    this.asked = 0
    const result = await this.satchel(['device', 'sync', '--json'], database)
    this.lie = null
    return result
  }
  // A device as it was after its first sync, with a record that waits to be uploaded.
  async device(name) {
    const database = `${name}.db`
    copyFileSync(join(this.place.work, 'base.db'), join(this.place.work, database))
    const made = await this.satchel(['device', 'create', 'account', `name=${name}`, '--json'], database)
    assert.equal(made.code, 0, made.err)
    return { database, id: JSON.parse(made.out).id }
  }
}

const namesOnServer = async name => {
  const answer = await fetch(`http://127.0.0.1:${sandbox.port}${root}accounts?$select=name&$filter=${encodeURIComponent(`name eq '${name}'`)}`)
  return (await answer.json()).value.map(row => row.accountid)
}

async function holds(pair, name, lie) {
  const { database, id } = await pair.device(name)
  const lied = await pair.sync(database, lie)
  const shown = JSON.stringify(lied)
  assert.equal(lied.signal, null, shown)
  assert.ok([0, 1, 3].includes(lied.code), shown)
  assert.doesNotMatch(lied.err, /terminate called|std::|Assertion|Sanitizer/, shown)
  if (lied.code === 3) assert.ok(isComplaint(lied.err.trimEnd().split('\n').pop()), shown)

  // What the server refused waits for the user, who says: again.
  const errors = JSON.parse((await pair.satchel(['device', 'errors', '--json'], database)).out).entries
  for (const entry of errors) {
    const again = await pair.satchel(['device', 'resolve', String(entry.seq), '--retry'], database)
    assert.equal(again.code, 0, again.err)
  }
  const healed = await pair.sync(database, null)
  assert.equal(healed.code, 0, `not healed: ${healed.err} ${healed.out} after ${shown}`)
  assert.deepEqual(await namesOnServer(name), [id], `after ${shown}`)
  // Read in full beside it, the server shows that nothing is missing or stale.
  const drift = await run(pair.place, ['drift', 'p.yaml', '--server', pair.server.origin + root, '--as', who, '--since', database])
  assert.equal(drift.code, 0, `${drift.out} ${drift.err} after ${shown}`)
  return lied.code
}

test('one answer of a sync is a lie', async () => {
  const pairs = Array.from({ length: 4 }, () => new Pair())
  try {
    await Promise.all(pairs.map(pair => pair.start()))
    const { database } = await pairs[0].device('calm')
    const seen = pairs[0].server.seen.length
    const calm = await pairs[0].sync(database, null)
    assert.equal(calm.code, 0, calm.err)
    const answers = pairs[0].server.seen.slice(seen)
    assert.ok(answers.length >= 5, answers.join('\n'))

    const faults = Object.entries({ ...lasting, ...links, ...passing })
    const tasks = []
    const codes = {}
    for (let n = 0; n < answers.length; ++n) {
      for (const [i, [fault, spoil]] of faults.entries()) {
        if ((i + n) % stride !== 0) continue
        tasks.push(async pair => {
          try {
            const code = await holds(pair, `case-${n}-${i}`, at => at === n && spoil)
            codes[code] = (codes[code] ?? 0) + 1
          } catch (error) {
            throw new Error(`${fault} at answer ${n} (${answers[n].slice(0, 90)}): ${error.message}`)
          }
        })
      }
    }
    // One pair carries out one task at a time: which lie is told is its own.
    const free = [...pairs]
    await inParallel(tasks.map(task => async () => {
      const pair = free.pop()
      try { await task(pair) } finally { free.push(pair) }
    }), pairs.length)
    // Lies that nobody notices would prove nothing.
    assert.ok(codes[3] > tasks.length / 3 && codes[0] > 0, JSON.stringify(codes))
  } finally {
    for (const pair of pairs) await pair.stop()
  }
})
