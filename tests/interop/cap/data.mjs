// The service's rows, made here so that the test knows every one of them. Ids are spread over the
// whole GUID range and out of order, so that paging order matters.
const guid = (kind, n) => {
  const mixed = (BigInt(n) * 0x9E3779B97F4A7C15n) & 0xFFFFFFFFFFFFFFFFn
  const hex = mixed.toString(16).padStart(16, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${kind}00-8000-${String(n).padStart(12, '0')}`
}

const cities = ['Brno', 'BRNO', 'Praha', 'Łódź', 'Αθήνα', '', 'Graz']

export const accounts = Array.from({ length: 430 }, (_, n) => ({
  ID: guid('a', n + 1),
  name: n % 37 === 0 ? `O'Neil & Söhne ${n}` : `Account ${n}`,
  // Two decimals, exact, and some larger than a double can hold to the cent.
  revenue: n % 11 === 0 ? null : n % 13 === 0 ? '9007199254741.03' : `${n * 25}.${String(n % 100).padStart(2, '0')}`,
  employees: n % 7 === 0 ? null : n,
  city: cities[n % cities.length],
  active: n % 3 !== 0,
  founded: `20${String(10 + (n % 15)).padStart(2, '0')}-0${1 + (n % 9)}-15`,
  owner: ['alice', 'bob', 'carol'][n % 3]
}))

export const contacts = Array.from({ length: 260 }, (_, n) => ({
  ID: guid('c', n + 1),
  firstname: 'Contact',
  lastname: `Nr ${n}`,
  email: n % 5 === 0 ? null : `c${n}@example.org`,
  account_ID: n % 9 === 0 ? null : accounts[(n * 7) % accounts.length].ID
}))

const csv = rows => {
  const columns = Object.keys(rows[0])
  // Quoted booleans would load as null.
  const cell = value => (value === null || value === '' ? ''
    : typeof value === 'boolean' ? String(value) : `"${String(value).replaceAll('"', '""')}"`)
  return [columns.join(';'), ...rows.map(row => columns.map(c => cell(row[c])).join(';'))].join('\n') + '\n'
}

export const files = { 'crm-Accounts.csv': csv(accounts), 'crm-Contacts.csv': csv(contacts) }
