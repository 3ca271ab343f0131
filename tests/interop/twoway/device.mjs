// A device of `satchel device …`, and its database read without Satchel.
import { spawn } from 'node:child_process'
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'

export class Device {
  // `binding`: what the first command says. `env`: where profiles lie and how to sign in.
  constructor({ name, satchel, folder, env, binding }) {
    Object.assign(this, { name, satchel, env, binding, file: join(folder, `${name}.db`), bound: false, kills: 0 })
  }

  // Runs a command on this device: { code, signal, out, err }. `killAfter` ms it is killed with -9.
  run(args, { killAfter } = {}) {
    const child = spawn(this.satchel, ['device', ...args, '--db', this.file, ...(this.bound ? [] : this.binding)], { env: this.env, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = '', err = ''
    child.stdout.on('data', chunk => (out += chunk))
    child.stderr.on('data', chunk => (err += chunk))
    const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter)
    return new Promise(resolve => child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (signal === 'SIGKILL') ++this.kills
      assert.ok(signal === null || signal === 'SIGKILL', `${args.join(' ')} ended by ${signal}: ${err}`)
      resolve({ code, signal, out, err })
    }))
  }

  // The JSON answer of a command that must end with one of `codes`.
  async ask(args, codes = [0]) {
    const { code, out, err } = await this.run([...args, '--json'])
    assert.ok(codes.includes(code), `device ${args.join(' ')}: exit ${code}: ${err}`)
    return JSON.parse(out)
  }

  async sync(args = [], how = {}) {
    const { code, signal, out, err } = await this.run(['sync', '--json', ...args], how)
    if (signal) return { killed: true }
    assert.ok([0, 1, 3].includes(code), `sync: exit ${code}: ${err}`)
    if (out) this.bound = true
    return out ? { code, err, ...JSON.parse(out) } : { code, err, succeeded: false, why_not: err }
  }

  async list(entity) { return (await this.ask(['list', entity, '--limit', '5000'])).records }

  // What is still to be sent, and what the device knows of those records, for whoever wonders why.
  unsent() {
    const database = new DatabaseSync(this.file, { readOnly: true })
    const all = (sql, ...values) => database.prepare(sql).all(...values)
    try {
      return all('SELECT seq, entity, id, hex(id) AS hex, kind, state, attempts, revision, version, unread, message FROM "@outbox" WHERE state <> 4').map(({ id, ...entry }) => JSON.stringify({
        ...entry,
        changes: all('SELECT field, mine, base, theirs, before FROM "@change" WHERE seq = ?', entry.seq),
        written: all('SELECT version, deleted, downloads, base, made, ask, staged FROM "@written" WHERE entity = ? AND id = ?', entry.entity, id),
      })).join('\n')
    } finally { database.close() }
  }

  // "ENTITY/ID" → row of what lies in the tables, decoded by docs/store.md and nothing else.
  rows(entity, key, types) {
    const database = new DatabaseSync(this.file, { readOnly: true })
    try {
      assert.deepEqual(database.prepare('PRAGMA integrity_check').all().map(row => row.integrity_check), ['ok'])
      const rows = new Map()
      for (const row of database.prepare(`SELECT * FROM "${entity}"`).all()) {
        const read = { '@version': row['@version'] }
        for (const [field, type] of Object.entries(types)) read[field] = decode(row[field], type)
        const name = `${entity}/${read[key]}`
        assert.ok(!rows.has(name), `${name} is there twice`)
        rows.set(name, read)
      }
      return rows
    } finally { database.close() }
  }
}

function decode(value, type) {
  if (value === null || value === undefined) return null
  if (type === 'id') {
    const hex = Buffer.from(value).toString('hex')
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  }
  if (type.startsWith('scaled:')) return Number(value) / 10 ** Number(type.slice(7))
  return value
}
