// The ledger must find what it is there to find.
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { Ledger } from './ledger.mjs'

const how = { tokenOf: (_, row) => row.name, bornOf: (_, row) => row.mark }
const final = name => new Map([['account/1', { name, mark: 'm', phone: 'p2' }]])

function ledger() {
  const made = new Ledger()
  made.starts('account', '1', 'first')
  made.wrote({ entity: 'account', id: '1', by: 'editor', token: 'E1', over: 'first', certain: true })
  made.wrote({ entity: 'account', id: '1', by: 'a', token: 'A1', over: 'E1' })
  return made
}

test('a write over what its author saw is fine', () => {
  assert.deepEqual(ledger().complaints(final('A1'), how), [])
})

test('a device that overwrites what it never saw is found', () => {
  const made = ledger()
  made.wrote({ entity: 'account', id: '1', by: 'b', token: 'B1', over: 'first' })
  const [complaint] = made.complaints(final('B1'), how)
  assert.match(complaint, /E1 of editor .* was lost/)
})

test('an edit that vanishes is found, unless its author was told or replaced it', () => {
  const made = ledger()
  assert.match(made.complaints(final('E1'), how)[0], /A1 of a .* was lost/)
  made.wrote({ entity: 'account', id: '1', by: 'a', token: 'A2', over: 'A1' })
  assert.equal(made.complaints(final('E1'), how).length, 2)
  made.gaveUp('account', '1', 'A2')
  assert.deepEqual(made.complaints(final('E1'), how), [])
})

test('an edit that was called a conflict and took effect all the same is found', () => {
  const made = ledger()
  made.gaveUp('account', '1', 'A1')
  assert.match(made.complaints(final('A1'), how)[0], /although its author was told/)
})

test('a conflict decided for mine puts it over theirs', () => {
  const made = ledger()
  made.wrote({ entity: 'account', id: '1', by: 'b', token: 'B1', over: 'first' })
  made.putOver('account', '1', 'B1', 'A1')
  assert.deepEqual(made.complaints(final('B1'), how), [])
})

test('a record that goes without a deletion is found, and a deletion of what nobody saw', () => {
  const made = ledger()
  assert.deepEqual(made.complaints(new Map(), how), ['account/1 is gone, and nobody deleted it'])
  made.wrote({ entity: 'account', id: '1', by: 'b', token: 'D', over: 'E1', deletion: true })
  assert.match(made.complaints(new Map(), how)[0], /A1 of a .* was lost/)
})

test('a value nobody wrote, and a field whose last value is not there, are found', () => {
  const made = ledger()
  assert.match(made.complaints(final('X'), how)[0], /nobody wrote X/)
  made.wroteOwn('account', '1', 'phone', 'p2')
  assert.deepEqual(made.complaints(final('A1'), how), [])
  made.wroteOwn('account', '1', 'phone', 'p3')
  assert.match(made.complaints(final('A1'), how)[0], /p3 was written last/)
  made.gaveUpOwn('account', '1', 'phone', 'p3')
  assert.deepEqual(made.complaints(final('A1'), how), [])
})

test('a record created twice is found', () => {
  const made = ledger()
  made.born.set('m', 'account/1')
  const twice = final('A1')
  twice.set('account/2', { name: 'A1', mark: 'm' })
  assert.deepEqual(made.complaints(twice, how), ['account/2 was made as account/1', 'm was created 2 times'])
})

test('a record that is deleted twice, or made again after a deletion, is fine', () => {
  const made = ledger()
  made.wrote({ entity: 'account', id: '1', by: 'editor', token: 'D1', over: 'A1', certain: true, deletion: true })
  made.wrote({ entity: 'account', id: '1', by: 'b', token: 'B1', over: 'E1' })
  made.wrote({ entity: 'account', id: '1', by: 'b', token: 'D2', over: 'B1', deletion: true })
  assert.deepEqual(made.complaints(new Map(), how), [])
  made.wrote({ entity: 'account', id: '1', by: 'a', token: 'A2', over: 'A1' })
  assert.match(made.complaints(new Map(), how)[0], /A2 of a .* was lost/)
  made.madeAgain('account', '1', 'A2', 'a')
  assert.deepEqual(made.complaints(final('A2'), how), [])
})

test('who makes a record again knowingly undoes every deletion of it, whatever else he brings', () => {
  const ledger = new Ledger()
  ledger.starts('account', '1', 'A0')
  for (const by of ['b', 'editor']) ledger.wrote({ entity: 'account', id: '1', by, token: `deletion of ${by}`, over: 'A0', certain: true, deletion: true })
  assert.notDeepEqual(ledger.complaints(final('A0'), how), [])
  ledger.madeAgain('account', '1', undefined, 'a')
  assert.deepEqual(ledger.complaints(final('A0'), how), [])
})

test('what somebody saw and deleted need not be there when the record is made again', () => {
  const made = ledger()
  made.wrote({ entity: 'account', id: '1', by: 'editor', token: 'E2', over: 'A1', certain: true })
  made.wrote({ entity: 'account', id: '1', by: 'editor', token: 'D', over: 'E2', certain: true, deletion: true })
  made.wrote({ entity: 'account', id: '1', by: 'b', token: 'B2', over: 'A1', certain: true })
  made.madeAgain('account', '1', undefined, 'a')
  assert.deepEqual(made.complaints(final('A1'), how).map(one => one.match(/: (\w+) of/)[1]), ['B2'])
})

test('what had been there before, was deleted, and is made again is fine', () => {
  const made = ledger()
  made.wrote({ entity: 'account', id: '1', by: 'editor', token: 'D', over: 'A1', certain: true, deletion: true })
  assert.match(made.complaints(final('A1'), how)[0], /D of editor .* was lost/)
  made.madeAgain('account', '1', 'A1', 'a')
  assert.deepEqual(made.complaints(final('A1'), how), [])
})

test('what had been there before, was written over, and is put over that again is fine', () => {
  const made = ledger()
  made.wrote({ entity: 'account', id: '1', by: 'editor', token: 'E2', over: 'A1', certain: true })
  assert.match(made.complaints(final('A1'), how)[0], /E2 of editor .* was lost/)
  made.putOver('account', '1', 'A1', 'E2')
  assert.deepEqual(made.complaints(final('A1'), how), [])
})
