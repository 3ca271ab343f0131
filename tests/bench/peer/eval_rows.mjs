// How long `satchel eval` takes over 100 000 rows, from the start of the process to its end.
//
// node eval_rows.mjs SATCHEL FOLDER [ROWS] [ROUNDS]
import { spawnSync } from 'node:child_process'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [satchel, folder, count = '100000', rounds = '5'] = process.argv.slice(2)
const guid = n => {
  const mixed = ((BigInt(n) * 0x9E3779B97F4A7C15n) & 0xFFFFFFFFFFFFFFFFn).toString(16).padStart(16, '0')
  return `${mixed.slice(0, 8)}-${mixed.slice(8, 12)}-4a00-8000-${String(n).padStart(12, '0')}`
}
const cities = ['Praha', 'Brno', 'Wien', 'Žilina']
const rows = Array.from({ length: Number(count) }, (_, n) => ({
  accountid: guid(n), name: `Företag ${n} AB`, revenue: n / 4, statecode: n % 4 === 0 ? 1 : 0, ownerid: guid(n % 20),
  parentaccountid: n % 3 === 0 ? guid((n * 7) % Number(count)) : null, createdon: `2025-${String(1 + n % 12).padStart(2, '0')}-15T10:00:00Z`,
  address1_city: cities[n % 4], telephone1: `+420 ${n}`, tags: ['1,3', '2', '', null][n % 4]
}))
const types = {
  accountid: 'uniqueidentifier', name: 'string', revenue: 'money', statecode: 'state', ownerid: 'owner', parentaccountid: 'lookup',
  createdon: 'datetime', address1_city: 'string', telephone1: 'string', tags: 'multiselectpicklist'
}
const data = join(folder, 'rows.json')
writeFileSync(data, JSON.stringify({ schema: { account: { key: 'accountid', fields: types } }, rows: { account: rows } }))
writeFileSync(join(folder, 'filter.xml'), `<fetch><entity name="account"><order attribute="name"/><filter>
  <condition attribute="statecode" operator="eq" value="0"/><condition attribute="createdon" operator="last-x-days" value="90"/>
  <condition attribute="name" operator="like" value="för%"/></filter>
  <link-entity name="account" from="accountid" to="parentaccountid" link-type="inner"><filter>
    <condition attribute="address1_city" operator="eq" value="žilina"/></filter></link-entity></entity></fetch>`)

const seconds = []
let found = 0
for (let round = 0; round < Number(rounds); ++round) {
  const start = performance.now()
  const result = spawnSync(satchel, ['eval', '--data', data, '--filter', join(folder, 'filter.xml'), '--now', '2026-01-01T00:00:00Z',
    '--tz', 'Europe/Prague'], { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (result.status !== 0) throw new Error(result.stderr)
  seconds.push((performance.now() - start) / 1000)
  found = result.stdout.split('\n').length - 1
}
seconds.sort((a, b) => a - b)
console.log(`eval of ${count} rows (${(statSync(data).size / 1048576).toFixed(0)} MB of JSON), 3 conditions and a link: ${found} found in ` +
  `${seconds[seconds.length >> 1].toFixed(2)} s (${seconds.map(s => s.toFixed(2)).join(' ')}; target: at most 1 s)`)
