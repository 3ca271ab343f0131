// "Exactly which records": for each filter below, what `satchel preview --as USER` puts on the device
// has the very ids that a client reads which signs in as that user and asks in its own words.
//
// The right-hand side is written by hand in OData or FetchXML, page by page with fetch(); nothing of
// Satchel takes part in it.
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Place, run, startSandbox } from '../programs.mjs'

const now = '2026-01-15T12:00:00Z'
const users = ['eva', 'marta', 'jana', 'oliver', 'ravi', 'aroha'].map(name => `${name}@contoso.example`)
let sandbox, base
before(async () => {
  sandbox = await startSandbox(['--accounts', '300'])
  base = `http://127.0.0.1:${sandbox.port}/api/data/v9.2/`
})
after(() => sandbox?.stop())

// Every id a user reads, over pages of 50: OData by next link, FetchXML by page number and cookie.
async function read(user, set, key, query) {
  const ids = []
  const headers = { authorization: `Bearer user:${user}`, prefer: 'odata.maxpagesize=50,odata.include-annotations="*"' }
  const fetched = async url => {
    const answer = await fetch(url, { headers })
    const body = await answer.json()
    assert.equal(answer.status, 200, JSON.stringify(body))
    ids.push(...body.value.map(row => row[key].toLowerCase()))
    return body
  }
  if (query.startsWith('<fetch')) {
    for (let page = 1, cookie = ''; ; ++page) {
      const text = query.replace('<fetch', `<fetch count="50" page="${page}"${cookie && ` paging-cookie="${cookie}"`}`)
      const body = await fetched(`${base}${set}?fetchXml=${encodeURIComponent(text)}`)
      if (!body['@Microsoft.Dynamics.CRM.morerecords']) break
      const sent = body['@Microsoft.Dynamics.CRM.fetchxmlpagingcookie']?.match(/pagingcookie="([^"]*)"/)
      cookie = sent ? decodeURIComponent(decodeURIComponent(sent[1])).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;') : ''
    }
  } else {
    for (let url = `${base}${set}?$select=${key}${query && `&${query}`}`; url;) url = (await fetched(url))['@odata.nextLink']
  }
  return [...new Set(ids)].sort()
}

// Against the user's records, asked by an administrator on their behalf. All in one policy.
const filters = {
  'a choice': ['account', 'accounts', 'and: [{field: statecode, op: eq, value: "0"}]', '$filter=statecode eq 0'],
  'text without case, and wildcards': ['account', 'accounts', 'or: [{field: name, op: like, value: "%ZAKŁADY%"}, {field: name, op: begins-with, value: "contoso"}]',
    "$filter=contains(name,'zakłady') or startswith(name,'Contoso')"],
  'numbers and nulls': ['account', 'accounts', 'or: [{field: revenue, op: gt, value: "1000000"}, {field: primarycontactid, op: "null"}]',
    '$filter=revenue gt 1000000 or _primarycontactid_value eq null'],
  'the last days': ['account', 'accounts', 'and: [{field: modifiedon, op: last-x-days, value: "60"}]',
    "$filter=Microsoft.Dynamics.CRM.LastXDays(PropertyName='modifiedon',PropertyValue=60)"],
  'a month in the user\'s zone': ['incident', 'incidents', 'and: [{field: createdon, op: this-month}]',
    "$filter=Microsoft.Dynamics.CRM.ThisMonth(PropertyName='createdon')"],
  'the user and their teams': ['incident', 'incidents', 'and: [{field: ownerid, op: eq-useroruserteams}]',
    "$filter=Microsoft.Dynamics.CRM.EqualUserOrUserTeams(PropertyName='ownerid')"],
  'the user and everybody below': ['opportunity', 'opportunities', 'and: [{field: ownerid, op: eq-useroruserhierarchy}]',
    "$filter=Microsoft.Dynamics.CRM.EqualUserOrUserHierarchy(PropertyName='ownerid')"],
  'the business unit': ['contact', 'contacts', 'and: [{field: owningbusinessunit, op: eq-businessid}]',
    "$filter=Microsoft.Dynamics.CRM.EqualBusinessId(PropertyName='owningbusinessunit')"],
  'a joined parent': ['contact', 'contacts', `and: []
    links:
      - link: {entity: account, from: accountid, to: parentcustomerid, type: inner, alias: a}
        and: [{field: statecode, op: eq, value: "0"}, {field: revenue, op: ge, value: "50000"}]`,
    '<fetch><entity name="contact"><attribute name="contactid"/><link-entity name="account" from="accountid" to="parentcustomerid" link-type="inner"><filter><condition attribute="statecode" operator="eq" value="0"/><condition attribute="revenue" operator="ge" value="50000"/></filter></link-entity></entity></fetch>'],
  'any child': ['account', 'accounts', `and:
        - link: {entity: msdyn_workorder, from: msdyn_serviceaccount, to: accountid, type: any}
          and: [{field: statecode, op: eq, value: "0"}]`,
    '<fetch distinct="true"><entity name="account"><attribute name="accountid"/><link-entity name="msdyn_workorder" from="msdyn_serviceaccount" to="accountid" link-type="exists"><filter><condition attribute="statecode" operator="eq" value="0"/></filter></link-entity></entity></fetch>'],
  'no child': ['account', 'accounts', `and:
        - link: {entity: opportunity, from: parentaccountid, to: accountid, type: not any}
          and: [{field: statecode, op: eq, value: "0"}]`,
    '<fetch><entity name="account"><attribute name="accountid"/><filter><condition entityname="o" attribute="opportunityid" operator="null"/></filter><link-entity name="opportunity" from="parentaccountid" to="accountid" link-type="outer" alias="o"><filter><condition attribute="statecode" operator="eq" value="0"/></filter></link-entity></entity></fetch>'],
  'several values of several': ['account', 'accounts', 'and: [{field: contoso_requiredskills, op: contain-values, values: ["1", "3"]}]',
    "$filter=Microsoft.Dynamics.CRM.ContainValues(PropertyName='contoso_requiredskills',PropertyValues=['1','3'])"],
  'a list, negated': ['account', 'accounts', 'and: [{field: address1_city, op: not-in, values: [Brno, Praha, London]}]',
    "$filter=not Microsoft.Dynamics.CRM.In(PropertyName='address1_city',PropertyValues=['Brno','Praha','London'])"]
}

test('the ids on the device are those the user reads', async t => {
  let matched = 0
  for (const [name, [entity, set, filter, query]] of Object.entries(filters)) {
    await t.test(name, async () => {
      const place = new Place()
      try {
        place.write('p.yaml', `satchel: 1\nproject:\n  name: ids\nentities:\n  ${entity}:\n    fields: [createdon]\n    filter:\n      ${filter}\n`)
        const args = ['preview', 'p.yaml', '--server', base, '--json', '--now', now, '--records', 'records', ...users.flatMap(user => ['--as', user])]
        const result = await run(place, args)
        assert.equal(result.code, 0, result.err)
        const previews = JSON.parse(result.out).previews
        assert.equal(previews.length, users.length)
        for (const [i, user] of users.entries()) {
          const key = entity === 'msdyn_workorder' ? 'msdyn_workorderid' : `${entity}id`
          const ids = await read(user, set, key, query)
          const lines = readFileSync(join(place.work, 'records', previews[i].as.id, `${entity}.jsonl`), 'utf8').trim().split('\n').filter(Boolean)
          assert.deepEqual(lines.map(line => JSON.parse(line)[key]).sort(), ids, user)
          assert.equal(previews[i].exact, true)
          assert.equal(previews[i].entities[0].ids_sha256, createHash('sha256').update(ids.map(id => `${id}\n`).join('')).digest('hex'), user)
          matched += ids.length
        }
      } finally { place.remove() }
    })
  }
  assert.ok(matched > 500, `only ${matched} records matched anything: the data no longer fit the filters`)
})

test('hierarchies of accounts', async () => {
  const child = await (await fetch(`${base}accounts?$select=_parentaccountid_value&$filter=_parentaccountid_value ne null&$top=1`)).json()
  const root = child.value[0]._parentaccountid_value
  const place = new Place()
  try {
    for (const [op, fn] of [['under', 'Under'], ['eq-or-under', 'UnderOrEqual'], ['not-under', 'NotUnder']]) {
      place.write('p.yaml', `satchel: 1\nproject:\n  name: ids\nentities:\n  account:\n    fields: [name]\n    filter:\n      and: [{field: accountid, op: ${op}, value: "${root}"}]\n`)
      for (const user of ['eva@contoso.example', 'marta@contoso.example']) {
        const result = await run(place, ['preview', 'p.yaml', '--server', base, '--json', '--now', now, '--as', user])
        assert.equal(result.code, 0, result.err)
        const ids = await read(user, 'accounts', 'accountid', `$filter=Microsoft.Dynamics.CRM.${fn}(PropertyName='accountid',PropertyValue='${root}')`)
        assert.equal(JSON.parse(result.out).entities[0].ids_sha256, createHash('sha256').update(ids.map(id => `${id}\n`).join('')).digest('hex'), `${op} ${user}`)
      }
    }
  } finally { place.remove() }
})
