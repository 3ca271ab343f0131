// The two programs as a user starts them, and what every refusal must look like.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const satchel = process.env.SATCHEL
const sandbox = process.env.SANDBOX

// A folder of its own for one attempt: everything a program may write to lies in it.
export class Place {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'satchel-bad-'))
    for (const name of ['work', 'config', 'run']) mkdirSync(join(this.folder, name), { mode: 0o700 })
    this.work = join(this.folder, 'work')
    this.run = join(this.folder, 'run')
  }
  write(name, content) {
    writeFileSync(join(this.work, name), content)
    return name
  }
  // Every file with its size and time, to compare before and after.
  contents() {
    const all = []
    const walk = folder => {
      for (const item of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, item.name)
        if (item.isDirectory()) { all.push(path); walk(path) } else {
          const info = statSync(path)
          all.push(`${path} ${info.size} ${info.mtimeMs}`)
        }
      }
    }
    walk(this.folder)
    return all.sort()
  }
  remove() { rmSync(this.folder, { recursive: true, force: true }) }
}

// Runs satchel in the place and gives { code, signal, out, err }.
export function run(place, args, { env = {}, input = '', wrap = [], stdout = 'pipe' } = {}) {
  const command = [...wrap, satchel, ...args]
  return new Promise((resolve, reject) => {
    const child = spawn(command[0], command.slice(1), {
      cwd: place.work,
      stdio: ['pipe', stdout, 'pipe'],
      env: {
        PATH: process.env.PATH, TZ: 'UTC', HOME: place.folder, TMPDIR: place.run, XDG_RUNTIME_DIR: place.run,
        XDG_CONFIG_HOME: join(place.folder, 'config'), ...sanitizers(), ...env
      }
    })
    let out = '', err = ''
    child.stdout?.on('data', chunk => (out += chunk))
    child.stderr.on('data', chunk => (err += chunk))
    child.stdin.on('error', () => {})  // It need not read what it is given.
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, out, err }))
    child.stdin.end(input)
  })
}

function sanitizers() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => /^[ATU][A-Z]*SAN_OPTIONS$/.test(name)))
}

// What no message may hold: traces of the program's insides.
const insides = /terminate called|what\(\)|std::|Assertion|exception|Sanitizer|stack|0x[0-9a-f]{6,}|\bnull\b pointer/i

// "satchel: what: why (what to do)": one line, with a remedy in brackets or after a semicolon.
export function isComplaint(line) {
  return /^satchel: \S.*(\(.+\)|; .+|: write .+|\?)$/.test(line)
}

// The programs refused: the code, nothing on stdout, nothing written, and a message of one line per
// mistake (files) or of one line at all, after the progress of what went well (servers).
export function refused(result, { code, file, says = /./, before, place, out = '' }) {
  const shown = JSON.stringify(result)
  assert.equal(result.signal, null, shown)
  assert.equal(result.code, code, shown)
  assert.equal(result.out, out, shown)
  assert.doesNotMatch(result.err, insides)
  assert.match(result.err, /\n$/, shown)
  const lines = result.err.trimEnd().split('\n')
  if (file) {
    for (const line of lines) {
      assert.ok(line.startsWith(file + ':'), `no file in: ${line}`)
      assert.match(line.slice(file.length), /^:\d+:\d+: error: .{10,}$/)
    }
    assert.match(lines[0], says)
  } else {
    const last = lines.pop()
    assert.ok(isComplaint(last), `not "satchel: what: why (what to do)": ${last}`)
    assert.match(last, says)
    for (const line of lines) assert.doesNotMatch(line, /^satchel: /, 'two complaints')
  }
  if (before) assert.deepEqual(place.contents(), before, 'something was written or removed')
}

// Runs what must be refused, in a place of its own.
export async function refuse(args, expect, { files = {}, ...how } = {}) {
  const place = new Place()
  try {
    for (const [name, content] of Object.entries(files)) place.write(name, content)
    const before = place.contents()
    const result = await run(place, args, how)
    refused(result, { ...expect, before, place })
    return result
  } finally {
    place.remove()
  }
}

// A sandbox, on a free port unless told: { port, text, stop }. `now: null`: its clock goes on.
export function startSandbox(args = [], { now = '2026-01-15T12:00:00Z', port = 0 } = {}) {
  const child = spawn(sandbox, ['--port', String(port), ...(now ? ['--now', now] : []), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const stop = () => new Promise(resolve => { child.on('exit', resolve); child.kill('SIGTERM') })
  return new Promise((resolve, reject) => {
    let text = '', err = ''
    child.stderr.on('data', chunk => (err += chunk))
    child.on('exit', code => reject(new Error(`the sandbox ended with ${code}: ${err}`)))
    child.stdout.on('data', chunk => {
      text += chunk
      const found = text.match(/READY http:\/\/127\.0\.0\.1:(\d+)/)
      if (found) resolve({ port: Number(found[1]), text, stop })
    })
  })
}

// Runs tasks, so many at a time, and fails with what all that failed have to say.
export async function inParallel(tasks, width) {
  const failures = []
  const queue = [...tasks]
  await Promise.all(Array.from({ length: width }, async () => {
    for (let task; (task = queue.shift());) {
      try { await task() } catch (error) { failures.push(error.message) }
    }
  }))
  assert.equal(failures.map(text => text.replace(/\s*\n\s*/g, ' ').slice(0, 700)).join('\n'), '')
}
