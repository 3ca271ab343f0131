// Files that are wrong: policies, FetchXML, data, and places that cannot be read or written. Each is
// refused with file, line and column (or one sentence), the documented exit code, and nothing written.
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inParallel, isComplaint, Place, refuse, refused, run } from '../programs.mjs'

const head = 'satchel: 1\nproject:\n  name: p\n'
const good = head + 'entities:\n  account:\n    fields: [name]\n'
const raw = (...parts) => Buffer.concat(parts.map(part => typeof part === 'string' ? Buffer.from(part) : Buffer.from(part)))
const notes = bytes => raw(good, '    notes: "', bytes, '"\n')
const link = n => `      - link: {entity: contact, from: contactid, to: primarycontactid, type: inner, alias: a${n}}\n`
const many = (count, each) => Array.from({ length: count }, (_, n) => each(n)).join('')

// name: [content, what the first message says]
const policies = {
  'empty': ['', /:1:1: error: the file is empty/],
  'a list': ['- a\n', /is a list/],
  'a text': ['hello\n', /single value/],
  'a web page': ['<html><body>hello</body></html>\n', /./],
  'no version': ['project:\n  name: p\nentities: {}\n', /'satchel'/],
  'a newer version': ['satchel: 2\nproject:\n  name: p\nentities: {}\n', /:1:10: .*format 2/],
  'fields of the wrong type': [head + 'entities:\n  account:\n    fields: 5\n', /:6:13: .*single value.*list/],
  'entities of the wrong type': [head + 'entities: [account]\n', /:4:11: .*list.*map/],
  'roles of the wrong type': ['satchel: 1\nproject:\n  name: p\n  roles: {a: b}\nentities: {}\n', /:4:10: .*map/],
  'a number that is none': [head + 'sync:\n  page_size: many\nentities: {}\n', /:5:14: .*1 to 5000/],
  'a number out of range': [head + 'sync:\n  page_size: 99999999999999999999\nentities: {}\n', /:5:14: .*1 to 5000/],
  'a boolean that is none': [head + 'modes:\n  user_may_switch: maybe\nentities: {}\n', /:5:20: .*true nor false/],
  'a duration that is none': [head + 'triggers:\n  every: 5x\nentities: {}\n', /:5:10: .*duration/],
  'a size that is none': [head + 'budgets:\n  bytes: 1 PB\nentities: {}\n', /:5:10: .*size/],
  'a bad name': ['satchel: 1\nproject:\n  name: "P P"\nentities: {}\n', /:3:9: .*project name/],
  'an anchor': ['satchel: 1\nproject: &x\n  name: p\nentities: {}\n', /:2:10: .*anchors/],
  'an alias': ['satchel: 1\nproject:\n  name: p\n  title: *n\nentities: {}\n', /:4:10: .*aliases/],
  'a bomb of aliases': ['satchel: 1\nproject: &a [x,x,x,x,x,x,x,x,x]\nsync: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nmodes: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n', /:2:10: .*anchors/],
  'a merge key': ['satchel: 1\nproject:\n  <<: {name: p}\nentities: {}\n', /:3:3: .*merge/],
  'a tag': ['satchel: 1\nproject:\n  name: !!str p\nentities: {}\n', /:3:9: .*tags/],
  'a tag that runs code elsewhere': ['satchel: 1\nproject:\n  name: !!python/object:os.system p\nentities: {}\n', /:3:9: .*tags/],
  'a key twice': ['satchel: 1\nproject:\n  name: p\n  name: q\nentities: {}\n', /:4:3: .*twice/],
  'an entity twice': [good + '  account:\n    fields: [name]\n', /:7:3: .*twice/],
  'an unknown key': [good + '    colour: red\n', /:7:5: .*'colour'/],
  'a key that is a list': [head + '? [a]\n: b\nentities: {}\n', /:4:1: /],
  '40 levels': [head + 'entities:\n  account:\n    fields: ' + '['.repeat(40) + ']'.repeat(40) + '\n', /32 levels/],
  '200 000 levels': [head + 'entities:\n  account:\n    fields: ' + '['.repeat(200000) + '\n', /32 levels/],
  'more than 1 MiB': [good + '#' + 'x'.repeat(1 << 20) + '\n', /1 MiB/],
  'more than 50 000 nodes': [head + 'entities:\n  account:\n    fields: [' + many(60000, n => `f${n},`) + 'x]\n', /50 000/],
  'a text of more than 64 KiB': [good + '    notes: "' + 'x'.repeat(70000) + '"\n', /64 KiB/],
  'bytes that are not UTF-8': [notes([0xff, 0xfe]), /:7:13: .*UTF-8/],
  'an overlong form': [notes([0xc0, 0xaf]), /:7:13: .*UTF-8/],
  'half of a surrogate pair': [notes([0xed, 0xa0, 0x80]), /:7:13: .*UTF-8/],
  'UTF-16': [Buffer.from('\ufeff' + good, 'utf16le'), /:1:1: .*UTF-8/],
  'a NUL': [notes([0x61, 0]), /:7:14: .*control character/],
  'a NUL as an escape': [good + '    notes: "a\\0b"\n', /:7:14: .*control character/],
  'a bell': [notes([7]), /control character/],
  'a tab as indentation': ['satchel: 1\nproject:\n\tname: p\nentities: {}\n', /:3:1: .*tab/],
  'an open quote': [good + '    notes: "abc\n', /:7:12: .*never closed/],
  'an open bracket': [head + 'entities:\n  account:\n    fields: [name\n', /:6:13: .*never closed/],
  'two documents': [good + '---\n' + good, /:7:1: .*one policy/],
  'a directive': ['%YAML 1.2\n---\n' + good, /:1:1: .*directives/],
  'noise': [Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919 + (i >> 3) * 31) & 255)), /./],
  '16 links': [good + '    links:\n' + many(16, link), /15 links/],
  '501 conditions': [good + '    filter:\n      and:\n' + many(501, n => `        - {field: name, op: eq, value: x${n}}\n`), /500 conditions/],
  'an unknown operator': [good + '    filter:\n      and:\n        - {field: name, op: equals, value: x}\n', /:9:29: .*operator/],
  'a condition without operator': [good + '    filter:\n      and:\n        - {field: name, value: x}\n', /:9:11: .*'op'/],
  'a condition without value': [good + '    filter:\n      and:\n        - {field: name, op: eq}\n', /:9:11: .*no value; give one/],
  'and beside or': [good + '    filter:\n      and: []\n      or: []\n', /:8:7: .*both/],
  'an unknown link type': [good + '    links:\n      - link: {entity: contact, from: a, to: b, type: cross}\n', /'cross'/],
  'a negative cap': [good + '    max_records: -5\n', /:7:18: /],
  'an entity without content': [head + 'entities:\n  account:\n', /:5:3: .*no value/],
  'an expectation of nothing': [good + 'expect:\n  - {as: x}\n', /:8:5: /]
}

test('a policy that is wrong', async () => {
  const nowhere = 'http://127.0.0.1:1/'  // Nobody asks it: the policy is read first.
  const uses = [['validate', 'p.yaml'], ['preview', 'p.yaml', '--server', nowhere, '--db', 'p.db', '--records', 'records'],
    ['convert', 'p.yaml', '--from', 'yaml', '--to', 'fetchxml'], ['export', 'p.yaml', '--to', 'out'],
    ['describe', 'p.yaml'], ['format', 'p.yaml', '--write'], ['diff', 'p.yaml', 'good.yaml'], ['diff', 'good.yaml', 'p.yaml']]
  // These work on drafts, too, where a condition still lacks its value.
  const ofDrafts = uses.slice(4)
  const tasks = []
  const everywhere = ['a key twice', 'an anchor', 'bytes that are not UTF-8', '200 000 levels', 'a condition without value']
  for (const [name, [content, says]] of Object.entries(policies)) {
    for (const args of everywhere.includes(name) ? uses : uses.slice(0, 2)) {
      if (name === 'a condition without value' && ofDrafts.includes(args)) continue
      tasks.push(async () => {
        try {
          await refuse(args, { code: 1, file: 'p.yaml', says }, { files: { 'p.yaml': content, 'good.yaml': good } })
        } catch (error) { throw new Error(`${name}, ${args[0]}: ${error.message}`) }
      })
    }
  }
  await inParallel(tasks, 4)
})

const fetch = inner => `<fetch><entity name="account"><filter>${inner}</filter></entity></fetch>`
const condition = (field, op, value = '') => fetch(`<condition attribute="${field}" operator="${op}"${value && ` value="${value}"`}/>`)
const plain = condition('name', 'eq', 'A')
const documents = {
  'empty': ['', /empty/],
  'a text': ['hello', /outside of <fetch>/],
  'a web page': ['<html><body>Sign in</body></html>', /not <html>/],
  'a DOCTYPE': ['<!DOCTYPE fetch>' + plain, /:1:1: .*DOCTYPE/],
  'an external entity': ['<!DOCTYPE fetch [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + condition('name', 'eq', '&x;'), /:1:1: .*DOCTYPE/],
  'a bomb of entities': ['<!DOCTYPE f [<!ENTITY a "aaaaaaaaaa">' + many(9, n => `<!ENTITY ${'bcdefghij'[n]} "${`&${'abcdefghij'[n]};`.repeat(10)}">`) + ']>' + condition('name', 'eq', '&j;'), /DOCTYPE/],
  'an entity nobody defined': [condition('name', 'eq', '&x;'), /&amp;/],
  'an unknown operator': [condition('name', 'equals', 'A'), /'equals'/],
  'no operator': [fetch('<condition attribute="name" value="A"/>'), /'operator'/],
  'no value': [condition('name', 'eq'), /one value/],
  'a value too many': [condition('name', 'null', '3'), /no value/],
  'half of a pair': [fetch('<condition attribute="revenue" operator="between"><value>3</value></condition>'), /two <value>/],
  '16 links': ['<fetch><entity name="account">' + many(16, n => `<link-entity name="contact" from="contactid" to="primarycontactid" alias="a${n}"/>`) + '</entity></fetch>', /15 links/],
  '501 conditions': [fetch('<condition attribute="name" operator="eq" value="A"/>'.repeat(501)), /500 conditions/],
  'cut off': [plain.slice(0, 60), /cut off/],
  'a NUL': [plain.replace('"A"', '"A\0B"'), /control character/],
  'a NUL as a reference': [plain.replace('"A"', '"A&#0;B"'), /entities/],
  'bytes that are not UTF-8': [raw(plain.slice(0, 87), [0xff], plain.slice(88)), /UTF-8/],
  'UTF-16': [Buffer.from('\ufeff' + plain, 'utf16le'), /UTF-8/],
  '100 levels': ['<fetch><entity name="account">' + '<filter>'.repeat(100) + '</filter>'.repeat(100) + '</entity></fetch>', /deeply/],
  '50 000 levels': ['<fetch><entity name="account">' + '<filter>'.repeat(50000) + '</filter>'.repeat(50000) + '</entity></fetch>', /deeply/],
  'more than 1 MiB': ['<fetch><!--' + 'x'.repeat(2 << 20) + '--><entity name="account"/></fetch>', /1 MiB/],
  'a value of more than 64 KiB': [condition('name', 'eq', 'x'.repeat(70000)), /64 KiB/],
  'an aggregate': ['<fetch aggregate="true"><entity name="account"/></fetch>', /aggregate/],
  'a bad top': ['<fetch top="-1"><entity name="account"/></fetch>', /'top'/],
  'no entity': ['<fetch/>', /<entity>/],
  'two entities': ['<fetch><entity name="account"/><entity name="contact"/></fetch>', /one <entity>/],
  'an entity without name': ['<fetch><entity/></fetch>', /'name'/],
  'an unknown attribute': ['<fetch frob="1"><entity name="account"/></fetch>', /'frob'/],
  'an unknown element': ['<fetch><entity name="account"><frob/></entity></fetch>', /<frob>/],
  'an unknown link type': ['<fetch><entity name="account"><link-entity name="c" from="a" to="b" link-type="cross"/></entity></fetch>', /'cross'/],
  'an attribute twice': ['<fetch><entity name="account" name="contact"/></fetch>', /twice/],
  'tags that cross': ['<fetch><entity name="account"></fetch></entity>', /well-formed/],
  'a second document': [plain + plain, /one fetch/],
  'text after the end': [plain + 'x', /outside/]
}
const data = JSON.stringify({
  schema: {
    account: { key: 'accountid', fields: { accountid: 'uniqueidentifier', name: 'string', revenue: 'money', createdon: 'datetime', primarycontactid: 'lookup' } },
    contact: { key: 'contactid', fields: { contactid: 'uniqueidentifier' } }
  },
  rows: { account: [{ accountid: '00000000-0000-0000-0000-000000000001', name: 'A', revenue: 3 }], contact: [] }
})

test('a FetchXML document that is wrong', async () => {
  const uses = [['convert', 'f.xml', '--from', 'fetchxml', '--to', 'yaml'], ['eval', '--data', 'data.json', '--filter', 'f.xml']]
  const tasks = []
  for (const [name, [content, says]] of Object.entries(documents)) {
    for (const args of uses) {
      tasks.push(async () => {
        try {
          await refuse(args, { code: 1, file: 'f.xml', says }, { files: { 'f.xml': content, 'data.json': data } })
        } catch (error) { throw new Error(`${name}, ${args[0]}: ${error.message}`) }
      })
    }
  }
  await inParallel(tasks, 4)
})

// What needs the types of the fields is found by eval.
test('a condition that does not fit its field', async () => {
  const cases = {
    'a number that is none': [condition('revenue', 'eq', 'abc'), /'abc' is not a number/],
    'a GUID that is none': [condition('accountid', 'eq', 'abc'), /record id/],
    'a day that does not exist': [condition('createdon', 'on-or-after', '2026-02-30'), /2026-11-23/],
    'a negative count': [condition('createdon', 'last-x-days', '-3'), /from 1 to/],
    'a count beyond everything': [condition('createdon', 'last-x-days', '99999999999999999999'), /from 1 to/],
    'an unknown field': [condition('nope', 'eq', '3'), /'nope'/],
    'an unknown alias': [fetch('<condition entityname="zz" attribute="name" operator="eq" value="3"/>'), /'zz'/],
    'an unknown entity': ['<fetch><entity name="acount"/></fetch>', /'acount'/],
    'an alias twice': ['<fetch><entity name="account">' + '<link-entity name="contact" from="contactid" to="primarycontactid" alias="a"/>'.repeat(2) + '</entity></fetch>', /two links/]
  }
  for (const [name, [content, says]] of Object.entries(cases)) {
    try {
      await refuse(['eval', '--data', 'data.json', '--filter', 'f.xml'], { code: 1, file: 'f.xml', says }, { files: { 'f.xml': content, 'data.json': data } })
    } catch (error) { throw new Error(`${name}: ${error.message}`) }
  }
})

test('data, schemas and users that are wrong', async () => {
  const cases = {
    'empty': ['', /./],
    'a web page': ['<html></html>', /./],
    'cut off': [data.slice(0, 100), /JSON/],
    'an array': ['[]', /object/],
    'null': ['null', /object/],
    '100 000 levels': ['['.repeat(100000), /./],
    'an unknown type': [data.replace('"money"', '"moneyy"'), /revenue.*'moneyy'/],
    'a type that is a number': [data.replace('"money"', '5'), /revenue/],
    'a key that is no field': [data.replace('"key":"accountid"', '"key":"zz"'), /'zz'/]
  }
  const rows = {
    'bytes that are not UTF-8': [raw(data.slice(0, data.indexOf('"A"') + 1), [0xff], data.slice(data.indexOf('"A"') + 2)), /UTF-8/],
    'a value of the wrong type': [data.replace('"revenue":3', '"revenue":"abc"'), /rows\.account\[0\]\.revenue/],
    'a value that is an object': [data.replace('"revenue":3', '"revenue":{"a":1}'), /rows\.account\[0\]\.revenue/],
    'a number beyond everything': [data.replace('"revenue":3', '"revenue":1e400'), /rows\.account\[0\]\.revenue/],
    'a row without key': [data.replace('"accountid":"00000000-0000-0000-0000-000000000001",', ''), /'accountid'/],
    'the same key twice': [data.replace('"revenue":3}', '"revenue":3},{"accountid":"00000000-0000-0000-0000-000000000001"}'), /the same key/],
    'a member twice': [data.replace('"name":"A"', '"name":"A","name":"B"'), /twice/],
    'an unknown field': [data.replace('"revenue":3', '"rev":3'), /'rev'/],
    'rows that are none': [data.replace('"contact":[]', '"contact":[5]'), /rows\.contact\[0\]/],
    'something after the end': [data + 'x', /JSON/]
  }
  const tasks = []
  const attempt = (name, args, file, content, says) => tasks.push(async () => {
    try {
      await refuse(args, { code: 1, says }, { files: { 'f.xml': plain, 'data.json': data, 'p.yaml': good, [file]: content } })
    } catch (error) { throw new Error(`${name}, ${args.join(' ')}: ${error.message}`) }
  })
  for (const [name, [content, says]] of Object.entries({ ...cases, ...rows })) {
    attempt(name, ['eval', '--data', 'd.json', '--filter', 'f.xml'], 'd.json', content, says)
  }
  for (const [name, [content, says]] of Object.entries(cases)) {
    attempt(name, ['validate', 'p.yaml', '--schema', 's.json'], 's.json', content, says)
  }
  for (const [name, content] of Object.entries({ 'an array': '[]', 'an unknown member': '{"ids":"x"}', 'an id that is a number': '{"id":5}', 'teams that are none': '{"id":"x","teams":"x"}', 'cut off': '{"id":' })) {
    attempt(name, ['eval', '--data', 'data.json', '--filter', 'f.xml', '--user', 'u.json'], 'u.json', content, /u\.json/)
  }
  await inParallel(tasks, 4)
})

test('wrong usage', async () => {
  const cases = [
    [['frob'], /'frob' is no command/], [['previw'], /did you mean 'preview'/], [['--frob'], /'--frob'/],
    [['server', 'frob'], /'frob' is no command.*satchel server --help/], [['server', 'add'], /satchel server add --help/],
    [['validate'], /FILE/], [['diff', 'p.yaml'], /B/], [['preview', 'p.yaml'], /--server/],
    [['preview', 'p.yaml', '--server', 'http://127.0.0.1:1/', '--now', 'yesterday'], /--now/],
    [['preview', 'p.yaml', '--server', 'http://127.0.0.1:1/', '--mode', 'fast'], /--mode/],
    [['preview', 'p.yaml', '--server', 'http://127.0.0.1:1/', '--db', 'x.db', '--as', 'a', '--as', 'b'], /--db/],
    [['convert', 'p.yaml', '--from', 'yaml', '--to', 'sql'], /--schema/],
    [['convert', 'p.yaml', '--from', 'klingon', '--to', 'yaml'], /--from/],
    [['new', 'B B'], /project name/],
    [['eval', '--data', 'data.json', '--filter', 'f.xml', '--tz', 'Mars/Base'], /--tz.*Mars\/Base/],
    [['eval', '--data', 'data.json', '--filter', 'f.xml', '--tz', '../../etc/passwd'], /--tz/],
    [['eval', '--data', 'data.json', '--filter', 'f.xml', '--week-start', 'someday'], /--week-start/],
    [['server', 'add', 'x', '--url', 'http://crm.example/', '--kind', 'dataverse', '--auth', 'none'], /https:\/\//],
    [['server', 'add', 'x', '--url', 'https://a:b@crm.example/', '--kind', 'dataverse', '--auth', 'none'], /user name or password/],
    [['server', 'add', 'x/y', '--url', 'https://crm.example/', '--kind', 'dataverse', '--auth', 'none'], /name a server/],
    [['server', 'add', 'x', '--url', 'https://crm.example/', '--kind', 'dataverse', '--auth', 'client'], /--client-id/]
  ]
  const files = { 'p.yaml': good, 'f.xml': plain, 'data.json': data }
  for (const [args, says] of cases) {
    try { await refuse(args, { code: 2, says }, { files }) } catch (error) { throw new Error(`${args.join(' ')}: ${error.message}`) }
  }
})

test('servers that cannot be reached or named', async () => {
  const cases = [
    ['nosuch', /no server is called 'nosuch'/], ['http://crm.example/', /https:\/\//], ['ftp://crm.example/', /https:\/\//],
    ['https://', /./], ['http://127.0.0.1:1/', /no connection to 127\.0\.0\.1:1/]
  ]
  await Promise.all(cases.map(([server, says]) => refuse(['preview', 'p.yaml', '--server', server], { code: 3, says }, { files: { 'p.yaml': good } })))
})

test('files that are not there, or are folders', async () => {
  for (const args of [['validate', 'no.yaml'], ['describe', 'no.yaml'], ['diff', 'p.yaml', 'no.yaml'], ['eval', '--data', 'no.json', '--filter', 'f.xml'],
    ['convert', 'no.xml', '--from', 'fetchxml', '--to', 'yaml'], ['preview', 'no.yaml', '--server', 'http://127.0.0.1:1/'],
    ['validate', 'p.yaml', '--schema', 'no.json'], ['validate', '.']]) {
    await refuse(args, { code: 3, says: /no such file|is a folder/ }, { files: { 'p.yaml': good, 'f.xml': plain } })
  }
  for (const [args, says] of [[['new', 'p', '-o', 'no/p.yaml'], /create it first/], [['export', 'p.yaml', '--to', 'p.yaml'], /p\.yaml cannot be made/],
    [['export', 'p.yaml', '--to', 'p.yaml/deep'], /cannot be made/], [['new', 'p', '-o', 'p.yaml'], /exists already/]]) {
    await refuse(args, { code: 3, says }, { files: { 'p.yaml': good } })
  }
})

test('standard input and output that do not work', async () => {
  const place = new Place()
  try {
    place.write('p.yaml', good)
    const shell = (line, says) => {
      const result = spawnSync('/bin/sh', ['-c', line], { cwd: place.work, encoding: 'utf8', env: { ...process.env, XDG_CONFIG_HOME: place.folder } })
      assert.equal(result.status, 3, `${line}: ${result.status} ${result.stderr}`)
      assert.equal(result.stdout, '')
      assert.ok(isComplaint(result.stderr.trimEnd()), result.stderr)
      assert.match(result.stderr, says)
    }
    shell('"$SATCHEL" describe - <&-', /standard input/)
    shell('"$SATCHEL" describe p.yaml >/dev/full', /standard output/)
    shell('"$SATCHEL" describe p.yaml >&-', /standard output/)
    shell('"$SATCHEL" --help >/dev/full', /standard output/)
    // A reader that has had enough is no failure.
    const piped = spawnSync('/bin/bash', ['-c', '"$SATCHEL" describe p.yaml | true; exit ${PIPESTATUS[0]}'], { cwd: place.work, encoding: 'utf8' })
    assert.equal(piped.status, 0, piped.stderr)
    assert.equal(piped.stderr, '')
  } finally { place.remove() }
})

// As somebody who may not do everything: root is turned into nobody.
function unprivileged(place) {
  if (process.getuid() !== 0) return []
  const wrap = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']
  execFileSync('chown', ['-R', '65534:65534', place.folder])
  if (spawnSync(wrap[0], [...wrap.slice(1), process.env.SATCHEL, '--version']).status !== 0) return null
  return wrap
}

test('paths without permission', async t => {
  const place = new Place()
  try {
    place.write('p.yaml', good)
    place.write('secret.yaml', good)
    mkdirSync(join(place.work, 'locked'))
    const wrap = unprivileged(place)
    if (!wrap) return t.skip('the program cannot be run by another user from its folder')
    chmodSync(join(place.work, 'secret.yaml'), 0)
    chmodSync(join(place.work, 'locked'), 0o555)
    for (const [args, says] of [
      [['validate', 'secret.yaml'], /secret\.yaml cannot be read.*permission/],
      [['new', 'p', '-o', 'locked/p.yaml'], /locked\/p\.yaml cannot be written.*permission/],
      [['export', 'p.yaml', '--to', 'locked'], /locked\/p\.yaml cannot be written.*permission/],
      [['export', 'p.yaml', '--to', 'locked/deeper'], /locked\/deeper cannot be made.*permission/]]) {
      const before = place.contents()
      refused(await run(place, args, { wrap }), { code: 3, says, before, place })
    }
    writeFileSync(join(place.work, 'locked.yaml'), good + '    max_records:   5\n')
    chmodSync(join(place.work, 'locked.yaml'), 0o444)
    chmodSync(place.work, 0o555)
    const before = place.contents()
    refused(await run(place, ['format', 'locked.yaml', '--write'], { wrap }), { code: 3, says: /permission/, before, place })
    chmodSync(place.work, 0o755)
  } finally { place.remove() }
})


test('a disk that is full, or read-only', async t => {
  const place = new Place()
  try {
    mkdirSync(join(place.work, 'disk'))
    place.write('p.yaml', good)
    place.write('big.yaml', good + '    notes: "' + 'x'.repeat(50000) + '"\n')
    if (spawnSync('unshare', ['-rm', 'sh', '-c', `mount -t tmpfs -o size=64k none "${place.work}/disk"`]).status !== 0) {
      return t.skip('no file system can be mounted here')
    }
    // The mount is seen by this process alone, so its content is listed by it, too.
    const within = (options, args) => run(place, args, {
      wrap: ['unshare', '-rm', 'sh', '-c', `mount -t tmpfs -o ${options} none disk && "$0" "$@"; code=$?; ls -A disk >&2; exit $code`]
    })
    for (const [options, args, says] of [
      ['size=16k', ['new', 'p', '-o', 'disk/p.yaml'], null],
      ['size=16k', ['export', 'big.yaml', '--to', 'disk'], /disk is full/],
      ['size=64k,ro', ['new', 'p', '-o', 'disk/p.yaml'], /read-only/],
      ['size=64k,ro', ['export', 'p.yaml', '--to', 'disk/out'], /read-only/]]) {
      const result = await within(options, args)
      if (says) refused(result, { code: 3, says })  // And `ls` lists nothing: it would come after the complaint.
      else assert.equal(result.code, 0, result.err)
    }
  } finally { place.remove() }
})

test('links where a database is to be', async () => {
  const place = new Place()
  try {
    place.write('p.yaml', good)
    place.write('mine.txt', 'mine')
    symlinkSync('mine.txt', join(place.work, 'p.db'))
    const before = place.contents()
    refused(await run(place, ['preview', 'p.yaml', '--server', 'http://127.0.0.1:1/', '--db', 'p.db']), { code: 3, before, place })
    assert.equal(readFileSync(join(place.work, 'mine.txt'), 'utf8'), 'mine')
  } finally { place.remove() }
})
