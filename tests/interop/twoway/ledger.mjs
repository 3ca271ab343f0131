// Who wrote what over what: the bookkeeping that says whether an edit was lost.
//
// Every write of a record's `token` field is unique and remembers the token its author saw. Whatever
// happened meanwhile, the final token leads back from author to author to the first; who is not on
// that way was overwritten by somebody who never saw it, and must have been told: a conflict, a
// change given up, or a later edit of the same author that took the place of the earlier.

// What a creation is written over.
export const nothing = '(nothing)'

export class Ledger {
  constructor() {
    this.records = new Map()  // "entity/id" → { first, writes: Map(token → write), born }
    this.own = new Map()      // "entity/id.field" → [{ value, given up }]
    this.born = new Map()     // birth mark → "entity/id"
    this.again = new Set()    // "entity/id" of what was deleted and made again from what a device keeps
    this.counts = {}
  }

  count(what) { this.counts[what] = (this.counts[what] ?? 0) + 1 }

  record(entity, id) {
    const name = `${entity}/${id}`
    if (!this.records.has(name)) this.records.set(name, { first: undefined, writes: new Map() })
    return this.records.get(name)
  }

  // A record as it was before the test, or as its creator made it.
  starts(entity, id, token) { this.record(entity, id).first = token }

  // `certain`: the server said that it took effect. A deletion is a write, too.
  wrote({ entity, id, by, token, over, certain = false, deletion = false }) {
    this.record(entity, id).writes.set(token, { by, over, seen: over, certain, deletion, givenUp: false })
    this.count(`${deletion ? 'deletions' : 'edits'} by ${by}`)
  }

  // A conflict was decided for `token` by somebody who saw `theirs`.
  putOver(entity, id, token, theirs) {
    const { writes } = this.record(entity, id)
    const write = writes.get(token)
    this.count('conflicts decided for mine')
    // The conflict may be about another field, and this one be there already.
    if (!write || theirs === token) return
    // It had been there before, its answer was lost, and others wrote over it: they are overruled.
    const back = this.wayBack(writes, theirs)
    if (!back.has(token)) return void (write.over = theirs)
    for (const one of back) {
      if (one === token) break
      writes.get(one).undone = true
    }
  }

  // Whom `from` was written over, and they over whom, itself included.
  wayBack(writes, from) {
    const back = new Set()
    for (let at = from; writes.has(at) && !back.has(at); at = writes.get(at).over) back.add(at)
    return back
  }

  // A record that others deleted is made again with `token`, from what its device keeps.
  madeAgain(entity, id, token, by) {
    const { writes } = this.record(entity, id)
    const deletions = [...writes].filter(([, write]) => write.deletion && !write.givenUp && write.by !== by)
    const deletion = deletions.findLast(([, write]) => write.certain) ?? deletions.at(-1)
    // It may have been there before, its answer lost, and have been deleted since: it stays where it was.
    if (writes.has(token) && deletion && !this.wayBack(writes, deletion[0]).has(token)) writes.get(token).over = deletion[0]
    // It undoes them knowingly, all of them, also where it brings another text than `token`'s field.
    // What was deleted with them is not lost to anybody who deleted it, either.
    for (const [, write] of deletions) {
      write.undone = true
      for (let at = write.over; writes.has(at) && !writes.get(at).undone; at = writes.get(at).over) writes.get(at).undone = true
    }
    this.again.add(`${entity}/${id}`)
    this.count('records made again')
  }

  // Its author was told that it did not take effect.
  gaveUp(entity, id, token) {
    const write = this.record(entity, id).writes.get(token)
    if (write) write.givenUp = true
    this.count('edits given up')
  }

  // A field that only one author writes.
  wroteOwn(entity, id, field, value) {
    const name = `${entity}/${id}.${field}`
    if (!this.own.has(name)) this.own.set(name, [])
    this.own.get(name).push({ value, givenUp: false })
  }
  gaveUpOwn(entity, id, field, value) {
    for (const write of this.own.get(`${entity}/${id}.${field}`) ?? []) if (write.value === value) write.givenUp = true
  }

  // What is wrong with the final state: sentences. `final`: Map("entity/id" → row) of what is on the
  // server; `tokenOf(entity, row)`; records that left with their parent are not asked for (`excused`).
  complaints(final, { tokenOf, bornOf, excused = () => false, chained = () => true, owned = () => true }) {
    const wrong = []
    for (const [name, { first, writes }] of this.records) {
      const entity = name.slice(0, name.indexOf('/'))
      if (!chained(entity)) continue
      const row = final.get(name)
      if (row) {
        wrong.push(...this.chain(name, first, writes, tokenOf(entity, row)))
        continue
      }
      const deletions = [...writes].filter(([, write]) => write.deletion && !write.givenUp)
      if (!deletions.length) {
        // A creation that was refused is told, too.
        const refused = first === nothing && [...writes.values()].some(write => write.over === nothing && write.givenUp)
        if (first !== undefined && !excused(name) && !refused) wrong.push(`${name} is gone, and nobody deleted it`)
        continue
      }
      const tries = deletions.map(([token]) => this.chain(name, first, writes, token))
      if (!tries.some(found => !found.length)) wrong.push(...tries[0])
    }
    for (const [name, written] of this.own) {
      const [record, field] = [name.slice(0, name.lastIndexOf('.')), name.slice(name.lastIndexOf('.') + 1)]
      const row = final.get(record)
      if (!row || this.again.has(record) || !owned(record.slice(0, record.indexOf('/')))) continue
      const at = written.findLastIndex(write => write.value === row[field])
      const lost = written.slice(at + 1)
      // A later write of the same field that was given up took the earlier ones with it.
      if (lost.length && !lost.at(-1).givenUp) wrong.push(`${name} is ${row[field]}, but ${lost.at(-1).value} was written last and nobody was told`)
    }
    const births = new Map()
    for (const [name, row] of final) {
      const mark = bornOf(name.slice(0, name.indexOf('/')), row)
      if (!this.born.has(mark)) continue
      births.set(mark, (births.get(mark) ?? 0) + 1)
      if (this.born.get(mark) !== name) wrong.push(`${name} was made as ${this.born.get(mark)}`)
    }
    for (const [mark, number] of births) if (number > 1) wrong.push(`${mark} was created ${number} times`)
    return wrong
  }

  chain(name, first, writes, end) {
    const wrong = []
    const on = new Set()
    for (let token = end; token !== first;) {
      if (on.has(token)) return [`${name}: ${token} was written over itself`]
      on.add(token)
      const write = writes.get(token)
      if (!write) return [`${name}: nobody wrote ${token}`]
      token = write.over
    }
    // Two who delete the same record do not contradict each other.
    const deleted = [...on].some(token => writes.get(token).deletion)
    const excused = (token, asked = new Set()) => {
      const write = writes.get(token)
      if (on.has(token) || write.givenUp || (write.deletion && deleted)) return true
      asked.add(token)
      // Replaced by its own author before it was sent.
      return [...writes].some(([later, other]) => other.by === write.by && other.seen === token && !asked.has(later) && excused(later, asked))
    }
    for (const [token, write] of writes) {
      if (on.has(token)) {
        // Where the answer was lost and somebody wrote over it since, nobody can tell its author better.
        if (write.givenUp && token === end) wrong.push(`${name}: ${token} of ${write.by} took effect although its author was told that it did not`)
      } else if (write.certain || !excused(token)) {
        if (write.uncertain || write.undone) continue
        wrong.push(`${name}: ${token} of ${write.by} (over ${write.over}) was lost without a conflict; the last is ${end}`)
      }
    }
    return wrong
  }
}
