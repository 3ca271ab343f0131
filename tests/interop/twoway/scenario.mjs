// Two devices and somebody who works on the server itself edit, create and delete the same records.
//
// A company describes its entities as { key, token, born, own: {a, b, editor}, scope, parent, rule,
// types } (fields of: unique text everybody writes; text that marks who was created; text that only
// one writes; number that decides what the filter keeps; lookup to the first entity) and has
// list(entity), create(entity, values), update(entity, row, values), remove(entity, row) on the server.
import assert from 'node:assert/strict'
import { nothing } from './ledger.mjs'

export const limit = 100000  // Of the scope field: from there on, a record is out of the filter.

// The same sequence for the same seed.
export function randomOf(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return { chance: p => next() < p, below: n => Math.floor(next() * n), pick: list => list[Math.floor(next() * list.length)] }
}

export class TwoWays {
  constructor({ company, devices, ledger, seed, log = () => {} }) {
    Object.assign(this, { company, devices, ledger, log, serial: 0, entities: Object.keys(company.entities) })
    // Everybody has his own luck: they act at the same time.
    this.random = randomOf(seed)
    devices.forEach((device, n) => Object.assign(device, { random: randomOf(seed * 1000 + n + 1), told: new Set(), deletions: new Map() }))
  }
  everybody(act) { return Promise.all(this.devices.map(act)) }

  // Unique, short, and not easy to carry.
  token(by) { return `${by}·${++this.serial} Łö"'&` }

  async begin(hot) {
    // Few records, so that they meet.
    this.hot = new Map()
    for (const entity of this.entities) {
      const { key, token } = this.company.entities[entity]
      for (const row of await this.company.list(entity)) this.ledger.starts(entity, row[key], row[token])
      const seen = await this.company.list(entity, this.devices.at(-1))  // Who may see least.
      this.hot.set(entity, new Set(seen.slice(0, hot).map(row => row[key])))
    }
    await this.everybody(device => this.untilSynced(device))
  }

  async untilSynced(device, args = []) {
    for (let attempt = 0; attempt < 25; ++attempt) {
      const outcome = await device.sync(args)
      if (outcome.succeeded) return outcome
      this.ledger.count('syncs that failed')
      this.log(`${device.name}: ${outcome.why_not}`)
    }
    assert.fail(`${device.name} could not be synchronised in 25 attempts`)
  }

  async round() {
    await this.everybody(device => this.work(device))
    const syncs = this.everybody(async device => {
      const { random } = device
      if (random.chance(0.1)) return this.ledger.count('syncs left out')
      const how = random.chance(0.3) ? { killAfter: 30 + random.below(500) } : {}
      const outcome = await device.sync(['--style', random.pick(['foreground', 'background'])], how)
      this.ledger.count(outcome.killed ? 'syncs killed' : outcome.succeeded ? 'syncs' : 'syncs that failed')
      this.log(`${device.name}: sync ${outcome.killed ? 'killed' : outcome.why_not || JSON.stringify(outcome.upload)}`)
    })
    await Promise.all([syncs, this.editorWorks()])
    await this.everybody(device => this.decide(device, 0.6))
  }

  // The user of a device: sees the list, edits what is in it.
  async work(device) {
    const { ledger } = this, { random } = device
    for (const entity of this.entities) {
      const { key, token, born, own, scope, parent } = this.company.entities[entity]
      const all = await device.list(entity)
      const seen = all.filter(record => this.hot.get(entity).has(record.id))
      for (let edits = 1 + random.below(3); edits > 0 && seen.length; --edits) {
        const record = seen.splice(random.below(seen.length), 1)[0]
        const mine = this.token(device.name), over = record.values[token]
        if (random.chance(0.08)) {
          if ((await this.try(device, ['delete', `${entity}/${record.id}`])) === 0) {
            ledger.wrote({ entity, id: record.id, by: device.name, token: mine, over, deletion: true })
            device.deletions.set(`${entity}/${record.id}`, { token: mine, own: record.values[own[device.name]] })
          }
          continue
        }
        const values = [`${token}=${mine}`]
        const phone = random.chance(0.6) ? this.token(device.name) : undefined
        if (phone) values.push(`${own[device.name]}=${phone}`)
        if (scope && random.chance(0.15)) values.push(`${scope}=${random.chance(0.5) ? limit + 1 : 1 + random.below(1000)}`)
        if ((await this.try(device, ['edit', `${entity}/${record.id}`, ...values])) !== 0) continue
        this.log(`${device.name}: edits ${entity}/${record.id} ${values.join(' ')} over ${over}${record.pending ? ', pending' : ''}`)
        ledger.wrote({ entity, id: record.id, by: device.name, token: mine, over })
        if (phone) ledger.wroteOwn(entity, record.id, own[device.name], phone)
      }
      if (random.chance(0.5)) {
        const mine = this.token(device.name), mark = this.token('+' + device.name)
        const values = [`${token}=${mine}`, `${born}=${mark}`, ...(scope ? [`${scope}=1`] : [])]
        if (parent && device.lastBorn) values.push(`${parent}=${this.company.lookup(this.entities[0], device.lastBorn)}`)
        const { code, out, err } = await device.run(['create', entity, ...values, '--json'])
        if (code === 1 && err.includes('was deleted on this device')) continue  // Its parent.
        assert.equal(code, 0, err)
        const { id } = JSON.parse(out)
        ledger.starts(entity, id, nothing)
        ledger.wrote({ entity, id, by: device.name, token: mine, over: nothing })
        ledger.born.set(mark, `${entity}/${id}`)
        ledger.count('creations')
        this.hot.get(entity).add(id)
        if (entity === this.entities[0]) device.lastBorn = id
      }
    }
  }

  // An edit may be refused (the record left a moment ago), with a sentence.
  async try(device, args) {
    const { code, err } = await device.run(args)
    assert.ok(code === 0 || (code === 1 && err.startsWith('satchel: ')), `${args.join(' ')}: exit ${code}: ${err}`)
    return code
  }

  // Somebody at the server, while the devices synchronise. Knows what is overwritten, too.
  async editorWorks() {
    const { random, ledger, company } = this
    for (const entity of this.entities) {
      const { key, token, born, own, scope } = company.entities[entity]
      const rows = (await company.list(entity)).filter(row => this.hot.get(entity).has(row[key]))
      for (let edits = 2 + random.below(3); edits > 0 && rows.length; --edits) {
        const row = rows.splice(random.below(rows.length), 1)[0]
        const mine = this.token('editor'), id = row[key], over = row[token]
        const deletion = random.chance(0.06)
        const values = { [token]: mine }
        const web = random.chance(0.6) ? this.token('editor') : undefined
        if (web) values[own.editor] = web
        if (scope && random.chance(0.15)) values[scope] = random.chance(0.5) ? limit + 1 : 1 + random.below(1000)
        const done = await (deletion ? company.remove(entity, row) : company.update(entity, row, values))
        this.log(`editor: ${deletion ? 'deletes' : 'writes'} ${entity}/${id} ${mine} over ${over}: ${done}`)
        if (done === 'lost the race') { ledger.count('races the editor lost'); continue }
        ledger.wrote({ entity, id, by: 'editor', token: mine, over, certain: done === 'done', deletion })
        if (done !== 'done') ledger.record(entity, id).writes.get(mine).uncertain = true
        if (web && !deletion && done === 'done') ledger.wroteOwn(entity, id, own.editor, web)
      }
      if (random.chance(0.3)) {
        const mine = this.token('editor'), mark = this.token('+editor')
        const id = await company.create(entity, { [token]: mine, [born]: mark, ...(scope && { [scope]: 1 }) })
        if (!id) continue
        ledger.starts(entity, id, nothing)
        ledger.wrote({ entity, id, by: 'editor', token: mine, over: nothing })
        ledger.born.set(mark, `${entity}/${id}`)
        this.hot.get(entity).add(id)
      }
    }
  }

  // The user of a device decides conflicts, gives up what was refused, reads what was replaced.
  async decide(device, share) {
    const { ledger } = this, { random } = device
    for (const entry of (await device.ask(['conflicts'], [0, 1])).entries) {
      if (!random.chance(share)) continue
      const { token } = this.company.entities[entry.entity]
      const mine = random.chance(0.5)
      const except = !mine && entry.kind === 'update' && !entry.theirs_gone && entry.changes.length > 1 && random.chance(0.4)
      const args = ['resolve', String(entry.seq), '--keep', mine ? 'mine' : 'theirs']
      // Of a part: the shared text is theirs, the own field ours.
      const kept = except ? entry.changes.map(change => change.field).filter(field => field !== token) : []
      for (const field of kept) args.push('--except', field)
      const { code, err } = await device.run(args)
      assert.equal(code, 0, `${args.join(' ')}: ${err}`)
      ledger.count('conflicts decided')
      this.log(`${device.name}: ${args.join(' ')}: ${JSON.stringify(entry)}`)
      if (mine) {
        const change = entry.changes.find(each => each.field === token)
        const written = entry.kind === 'delete' ? device.deletions.get(`${entry.entity}/${entry.id}`).token : change?.mine
        if (entry.theirs_gone) ledger.madeAgain(entry.entity, entry.id, written, device.name)
        else if (change) ledger.putOver(entry.entity, entry.id, written, change.theirs)
      } else {
        this.givenUp(device, entry, kept)
      }
    }
    for (const entry of (await device.ask(['errors'], [0, 1])).entries) {
      if (device.told.has(entry.seq)) continue
      this.log(`${device.name}: ${entry.state} ${entry.kind} ${entry.entity}/${entry.id}: ${entry.message}`)
      if (entry.state === 'error') {
        const { code, err } = await device.run(['resolve', String(entry.seq), '--discard'])
        assert.equal(code, 0, err)
        ledger.count('refused by the server')
      } else ledger.count('replaced by the server\'s version')
      device.told.add(entry.seq)
      this.givenUp(device, entry, [])
    }
  }

  givenUp(device, entry, kept) {
    const { token, own } = this.company.entities[entry.entity]
    if (entry.kind === 'delete') {
      // What waited when the user deleted the record went with it.
      const deletion = device.deletions.get(`${entry.entity}/${entry.id}`)
      this.ledger.gaveUp(entry.entity, entry.id, deletion.token)
      this.ledger.gaveUpOwn(entry.entity, entry.id, own[device.name], deletion.own)
      return
    }
    for (const change of entry.changes) {
      if (kept.includes(change.field) || change.mine === change.theirs) continue
      if (change.field === token) this.ledger.gaveUp(entry.entity, entry.id, change.mine)
      if (change.field === own[device.name]) this.ledger.gaveUpOwn(entry.entity, entry.id, change.field, change.mine)
    }
  }

  // Nobody edits any more: everything must arrive everywhere.
  async untilQuiet() {
    const turns = []  // What kept each from being the last.
    for (let turn = 0; turn < 12; ++turn) {
      let open = 0
      turns.push('')
      await this.everybody(async device => {
        await this.decide(device, 1)
        const outcome = await this.untilSynced(device)
        const { outbox } = await device.ask(['status'])
        open += outcome.upload.sent + outbox.waiting + outbox.sending + outbox.conflicts + outbox.errors
        turns[turn] += ` ${device.name} sent ${outcome.upload.sent}, has ${JSON.stringify(outbox)};`
      })
      if (open > 0) continue
      // What only a sweep can see: deletions and records that left the filter.
      await this.everybody(device => this.untilSynced(device, ['--sweep']))
      return turn
    }
    assert.fail(`the devices did not come to rest in 12 turns:\n${turns.join('\n')}\n${this.devices.map(device => device.unsent()).join('\n')}`)
  }

  // Both devices hold what the server shows their user, and nothing was lost on the way there.
  async check() {
    const final = new Map()
    for (const entity of this.entities) {
      const { key, types, scope, version } = this.company.entities[entity]
      const everything = await this.company.list(entity)
      for (const row of everything) final.set(`${entity}/${row[key]}`, row)
      for (const device of this.devices) {
        const expected = new Map()
        for (const row of await this.company.list(entity, device)) {
          if (scope && (row[scope] === null || row[scope] >= limit)) continue
          const shown = { '@version': version(row) }
          for (const [field, type] of Object.entries(types)) {
            const value = row[field] ?? null
            shown[field] = type.startsWith('scaled:') && value !== null ? Number(value) : value
          }
          expected.set(`${entity}/${row[key]}`, shown)
        }
        assert.ok(expected.size > 10, `${device.name} should hold more than ${expected.size} of ${entity}`)
        const held = device.rows(entity, key, types)
        assert.deepEqual([...held.keys()].sort(), [...expected.keys()].sort(), `${entity} on ${device.name}`)
        for (const [name, row] of expected) assert.deepEqual(held.get(name), row, `${name} on ${device.name}`)
      }
    }
    const { entities } = this.company
    const complaints = this.ledger.complaints(final, {
      tokenOf: (entity, row) => row[entities[entity].token],
      bornOf: (entity, row) => row[entities[entity].born],
      owned: entity => entities[entity].rule !== 'device-wins-full',  // It writes every field.
      chained: entity => !entities[entity].rule.startsWith('device-wins'),
      excused: name => this.company.leavesWithOthers?.(name) ?? false
    })
    assert.deepEqual(complaints, [])
  }
}
