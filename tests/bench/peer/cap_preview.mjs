// How long `satchel preview` takes against SAP CAP, against a client that reads the very same pages
// and throws them away. The requests are recorded once through a proxy; then both go straight to CAP.
//
// node cap_preview.mjs SERVICE_FOLDER SATCHEL [RECORDS] [ROUNDS]
import { spawn } from 'node:child_process'
import http from 'node:http'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tmpdir } from 'node:os'

const [folder, satchel, records = '50000', rounds = '9'] = process.argv.slice(2)
const work = mkdtempSync(join(tmpdir(), 'satchel-bench-'))
const median = list => [...list].sort((a, b) => a - b)[list.length >> 1]

const head = 'ID;createdAt;createdBy;modifiedAt;name;revenue;employees;city;active;founded;owner'
const rows = Array.from({ length: Number(records) }, (_, n) => {
  const mixed = ((BigInt(n) * 0x9E3779B97F4A7C15n) & 0xFFFFFFFFFFFFFFFFn).toString(16).padStart(16, '0')
  return `${mixed.slice(0, 8)}-${mixed.slice(8, 12)}-4b00-8000-${String(n).padStart(12, '0')};2025-03-01T10:00:00Z;x;2025-06-01T10:00:00Z;` +
    `Account ${n} Žižkov;${n}.50;${n % 1000};Praha;${n % 3 !== 0};2015-05-15;alice`
})
mkdirSync(join(folder, 'db/data'), { recursive: true })
writeFileSync(join(folder, 'db/data/crm-Accounts.csv'), [head, ...rows].join('\n') + '\n')
writeFileSync(join(folder, 'db/data/crm-Contacts.csv'), 'ID;firstname\n')
writeFileSync(join(work, 'p.yaml'), `satchel: 1
project:
  name: bulk
entities:
  Accounts:
    fields: all
    filter:
      and:
        - {field: active, op: eq, value: "true"}
`)

const cap = spawn(process.execPath, ['node_modules/.bin/cds-serve', 'all', '--in-memory'],
  { cwd: folder, env: { ...process.env, PORT: '0', NODE_NO_WARNINGS: '1' } })
const origin = await new Promise((resolve, reject) => {
  let text = ''
  const watch = chunk => {
    text += chunk
    const found = text.match(/server listening on \{ url: '(.*?)' \}/)
    if (found) resolve(found[1].replace('localhost', '127.0.0.1'))
  }
  cap.stdout.on('data', watch)
  cap.stderr.on('data', watch)
  cap.on('exit', () => reject(new Error('CAP did not start:\n' + text)))
})

function preview(base) {
  return new Promise((resolve, reject) => {
    const start = performance.now()
    const child = spawn(satchel, ['preview', join(work, 'p.yaml'), '--server', base, '--json'],
      { env: { ...process.env, XDG_CONFIG_HOME: work, SATCHEL_BASIC: 'carol:chief' }, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = '', err = ''
    child.stdout.on('data', chunk => (out += chunk))
    child.stderr.on('data', chunk => (err += chunk))
    child.on('close', code => code === 0
      ? resolve({ seconds: (performance.now() - start) / 1000, result: JSON.parse(out) })
      : reject(new Error(err)))
  })
}

// What the preview asks, in its own words and with its own headers.
const asked = []
const proxy = http.createServer((request, response) => {
  asked.push({ path: request.url, headers: { ...request.headers } })
  const out = http.request(origin + request.url, { headers: request.headers }, answer => {
    response.writeHead(answer.statusCode, answer.headers)
    answer.pipe(response)
  })
  out.end()
})
await new Promise(resolve => proxy.listen(0, '127.0.0.1', resolve))
const { result } = await preview(`http://127.0.0.1:${proxy.address().port}/odata/v4/bulk/`)
proxy.close()

// One connection, one page after the other, the bytes dropped as they come.
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
async function readAndDrop() {
  const start = performance.now()
  for (const { path, headers } of asked) {
    await new Promise((resolve, reject) => {
      const { host, ...kept } = headers
      http.get(origin + path, { headers: kept, agent }, answer => {
        if (answer.statusCode !== 200) reject(new Error(`status ${answer.statusCode} for ${path}`))
        answer.resume()
        answer.on('end', resolve)
      }).on('error', reject)
    })
  }
  return (performance.now() - start) / 1000
}

try {
  await readAndDrop()  // Warms CAP up for both.
  const theirs = [], ours = []
  for (let round = 0; round < Number(rounds); ++round) {
    theirs.push(await readAndDrop())
    ours.push((await preview(`${origin}/odata/v4/bulk/`)).seconds)
  }
  console.log(`preview against SAP CAP: ${result.totals.records} of ${records} records kept, ${asked.length} requests`)
  console.log(`  read and thrown away  ${median(theirs).toFixed(2)} s  (${theirs.map(s => s.toFixed(2)).join(' ')})`)
  console.log(`  satchel preview       ${median(ours).toFixed(2)} s  (${ours.map(s => s.toFixed(2)).join(' ')})`)
  const ratios = ours.map((seconds, i) => seconds / theirs[i])
  console.log(`  ratio, median         ${median(ratios).toFixed(2)}  (target: at most 1.1)`)
} finally {
  agent.destroy()
  cap.kill()
  rmSync(work, { recursive: true, force: true })
}
