// What `satchel compare` says came, went and stayed is the difference of the sets of ids that two
// previews, run one after the other, write down.
//
// The sets are taken here, from the files of `preview --records`; of compare itself only what it
// prints and writes is looked at.
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Place, run, startSandbox } from '../programs.mjs'

const now = '2026-01-15T12:00:00Z'
const users = ['eva', 'marta', 'jana'].map(name => `${name}@contoso.example`)
const demo = readFileSync(new URL('../../../assets/demo/field-service.yaml', import.meta.url), 'utf8')

// The demo policy as somebody edits it: a filter, a field, a cap, an entity out, one in, one online,
// and the end of an N:N entity.
const edits = [
  ['value: "14"}\n        - {field: statecode, op: eq, value: "0"}', 'value: "90"}\n        - {field: statecode, op: eq, value: "0"}'],
  ['fields: [name, accountnumber, primarycontactid,', 'fields: [name, primarycontactid,'],
  ['max_records: 200', 'max_records: 20'],
  [/ {2}phonecall:\n(?: {4}.*\n)+/, '  businessunit:\n    fields: [name]\n'],
  ['  task:\n', '  task:\n    mode: online\n'],
  [/( {2}task:\n {4}mode: online\n {4}fields: .*\n)(?: {4}.*\n)+/, '$1'],
  ['fields: [listname, statecode]\n    allow: []\n    filter:\n      and:\n        - {field: statecode, op: eq, value: "0"}\n', 'fields: [listname, statecode]\n    allow: []\n']
]

let sandbox, base
before(async () => {
  sandbox = await startSandbox(['--accounts', '100'])
  base = `http://127.0.0.1:${sandbox.port}/api/data/v9.2/`
})
after(() => sandbox?.stop())

const keyOf = entity => ['task', 'phonecall'].includes(entity) ? 'activityid' : `${entity}id`
function ids(folder, file, name) {
  let text
  try { text = readFileSync(join(folder, file), 'utf8') } catch { return [] }
  return text.split('\n').filter(Boolean).map(line => JSON.parse(line)[name].toLowerCase()).sort()
}

test('added, removed and kept are the differences of what two previews hold', async () => {
  let edited = demo
  for (const [from, to] of edits) {
    const next = edited.replace(from, to)
    assert.notEqual(next, edited, `the demo policy has no ${from} any more`)
    edited = next
  }
  const place = new Place()
  try {
    place.write('old.yaml', demo)
    place.write('new.yaml', edited)
    const as = users.flatMap(user => ['--as', user])
    for (const side of ['old', 'new']) {
      const result = await run(place, ['preview', `${side}.yaml`, '--server', base, '--json', '--now', now, '--records', side, ...as])
      assert.equal(result.code, 0, result.err)
    }
    const result = await run(place, ['compare', 'old.yaml', 'new.yaml', '--server', base, '--json', '--now', now, '--records', 'changes', '--list', '3', ...as])
    assert.equal(result.code, 1, result.err)
    const report = JSON.parse(result.out)
    assert.equal(report.structural, true)
    assert.equal(report.comparisons.length, users.length)

    const seen = { added: 0, removed: 0, kept: 0 }
    for (const { as: { id: user }, entities, totals } of report.comparisons) {
      const sum = { added: 0, removed: 0, kept: 0 }
      for (const entity of entities) {
        const name = keyOf(entity.name)
        const file = `${entity.name}.jsonl`
        const old = new Set(ids(join(place.work, 'old', user), file, name))
        const fresh = new Set(ids(join(place.work, 'new', user), file, name))
        const expected = {
          added: [...fresh].filter(id => !old.has(id)),
          removed: [...old].filter(id => !fresh.has(id)),
          kept: [...fresh].filter(id => old.has(id))
        }
        for (const [change, records] of Object.entries(expected)) {
          const what = `${entity.name} ${change} of ${user}`
          assert.equal(entity[change], records.length, what)
          assert.deepEqual(ids(join(place.work, 'changes', user), `${entity.name}.${change}.jsonl`, 'id'), records.sort(), what)
          sum[change] += records.length
        }
        assert.equal(entity.before.records, old.size, entity.name)
        assert.equal(entity.after.records, fresh.size, entity.name)
        assert.equal(entity.added_records.length, Math.min(3, expected.added.length), entity.name)
      }
      for (const change of Object.keys(sum)) {
        assert.equal(totals[change], sum[change])
        seen[change] += sum[change]
      }
    }
    for (const [change, count] of Object.entries(seen)) assert.ok(count > 10, `only ${count} records ${change}: the edits no longer fit the data`)
    const once = report.comparisons[0].entities.filter(entity => entity.read_once).map(entity => entity.name)
    assert.ok(once.includes('product') && once.includes('contact'), once.join())
    assert.ok(!once.includes('listmember'), 'the members of lists depend on the lists')
  } finally { place.remove() }
})
