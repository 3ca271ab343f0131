// A client that other people use: plain requests, and patience with a server that has a bad day.

// One change of one record under If-Match: 'done', 'lost the race' (somebody was faster), or 'unknown'
// (no answer came, and somebody has changed the record since). `read()` gives the record as it is, or
// undefined; `arrived(row)` says whether our change is in it.
export async function change({ send, read, etag, arrived }) {
  for (let attempt = 0, lost = false; attempt < 30; ++attempt) {
    const answer = await send().catch(() => undefined)
    if (answer?.ok) return 'done'
    if (answer && [429, 503].includes(answer.status)) { await patience(answer); continue }
    if (answer?.status === 401) continue  // The sign-in was over before the server got to it.
    if (answer && [404, 410, 412].includes(answer.status) && !lost) return 'lost the race'
    if (answer && answer.status < 500 && answer.status !== 412 && answer.status !== 404) {
      throw new Error(`${answer.status}: ${await answer.text()}`)
    }
    lost = true
    const now = await read()
    if (arrived(now)) return 'done'
    if (!now || now['@odata.etag'] !== etag) return 'unknown'
  }
  throw new Error('30 attempts in vain')
}

// A reader that asks until it is told.
export async function readJson(url, headers) {
  for (let attempt = 0; attempt < 60; ++attempt) {
    const answer = await fetch(url, { headers: typeof headers === 'function' ? await headers() : headers }).catch(() => undefined)
    if (answer && [429, 503].includes(answer.status)) { await patience(answer); continue }
    if (answer?.status === 404) return undefined
    if (!answer?.ok) continue
    const body = await answer.json().catch(() => undefined)
    if (body) return body
  }
  throw new Error(`${url}: 60 attempts in vain`)
}

export async function readAll(url, headers) {
  const rows = []
  for (let link = url; link;) {
    const page = await readJson(link, headers)
    rows.push(...page.value)
    link = page['@odata.nextLink'] && new URL(page['@odata.nextLink'], url).href
  }
  return rows
}

const patience = answer => new Promise(resolve => setTimeout(resolve, 1000 * Math.min(2, Number(answer.headers.get('retry-after')) || 1)))
