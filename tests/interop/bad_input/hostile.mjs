// A server that stands in front of the sandbox and spoils chosen answers.
import http from 'node:http'
import https from 'node:https'
import { gzipSync } from 'node:zlib'

// Starts it: `spoil(n, request)` gives a fault for the n-th request (from 0), or nothing.
// Gives { origin, seen, stop }; `seen` fills with "METHOD /path".
export function startHostile(sandboxPort, spoil, { tls } = {}) {
  const seen = []
  const handle = (request, response) => {
    const n = seen.length
    seen.push(`${request.method} ${request.url}`)
    const chunks = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', async () => {
      try {
        const fault = spoil(n, request)
        const real = await forward(sandboxPort, request, Buffer.concat(chunks))
        if (fault) fault(response, real, request)
        else send(response, real)
      } catch (error) {
        response.socket?.destroy()
      }
    })
  }
  const server = tls ? https.createServer(tls, handle) : http.createServer(handle)
  server.keepAliveTimeout = 0
  const sockets = new Set()
  server.on('connection', socket => { sockets.add(socket); socket.on('close', () => sockets.delete(socket)); socket.on('error', () => {}) })
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve({
    port: server.address().port,
    origin: `${tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`,
    seen,
    stop: () => new Promise(done => { for (const socket of sockets) socket.destroy(); server.close(done) })
  })))
}

const connections = new http.Agent({ keepAlive: true })

// The sandbox's own answer; it builds its links from the Host it is asked for.
function forward(port, request, body) {
  return new Promise((resolve, reject) => {
    const headers = { ...request.headers }
    delete headers['accept-encoding']
    const out = http.request({ host: '127.0.0.1', port, method: request.method, path: request.url, headers, agent: connections }, answer => {
      const parts = []
      answer.on('data', part => parts.push(part))
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }))
      answer.on('error', reject)
    })
    out.on('error', reject)
    out.end(body)
  })
}

function send(response, { status, headers, body }) {
  const kept = { ...headers }
  for (const name of ['connection', 'keep-alive', 'transfer-encoding', 'content-length']) delete kept[name]
  response.writeHead(status, { ...kept, 'content-length': body.length })
  response.end(body)
}

const json = { 'content-type': 'application/json; odata.metadata=minimal', 'odata-version': '4.0' }
const answer = (status, body, headers = json) => response => send(response, { status, headers, body: Buffer.from(body) })
const error = (status, message, headers = {}) =>
  answer(status, JSON.stringify({ error: { code: '0x0', message } }), { ...json, ...headers })
// The real answer with its JSON changed; what is no JSON object (multipart, text) is cut in half.
const changed = change => (response, real) => {
  let value
  try { value = JSON.parse(real.body) } catch { return send(response, { ...real, body: real.body.subarray(0, real.body.length / 2) }) }
  send(response, { ...real, body: Buffer.from(JSON.stringify(change(value))) })
}
// The bytes as they would go over the wire, up to `count`, then the end of the connection.
export const cutAfter = (count, how) => (response, real) => {
  const socket = response.socket
  socket.write(wire(real).subarray(0, count), () => (how === 'reset' ? socket.resetAndDestroy() : socket.end()))
}
export const wire = real => Buffer.concat([
  Buffer.from(`HTTP/1.1 ${real.status} OK\r\n` +
    Object.entries({ ...real.headers, 'content-length': real.body.length, connection: 'keep-alive' })
      .filter(([name]) => name !== 'transfer-encoding').map(([name, value]) => `${name}: ${value}\r\n`).join('') + '\r\n'),
  real.body])
const link = target => (response, real, request) =>
  changed(value => ({ ...value, '@odata.nextLink': target(request) }))(response, real)
const self = request => `http://${request.headers.host}${request.url}`
const spread = value => Array.isArray(value) ? value.map(spread)
  : value && typeof value === 'object'
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) =>
        [key, key.startsWith('@') || typeof inner === 'object' ? spread(inner) : { not: 'expected' }]))
    : value

// Faults that no retry can heal: name → spoiler.
export const lasting = {
  'a web page with status 200': answer(200, '<!DOCTYPE html><html><body>Sign in</body></html>', { 'content-type': 'text/html' }),
  'nothing at all': answer(200, ''),
  'no content': answer(204, ''),
  'an array': answer(200, '[]'),
  'a number': answer(200, '5'),
  'a text': answer(200, '"hello"'),
  'null': answer(200, 'null'),
  'JSON cut in half': (response, real) => send(response, { ...real, body: real.body.subarray(0, real.body.length / 2) }),
  'JSON with something after it': (response, real) => send(response, { ...real, body: Buffer.concat([real.body, Buffer.from('{}')]) }),
  'values of the wrong type': changed(spread),
  'rows of the wrong type': changed(value => ({ ...value, value: [1, 'two', null] })),
  'a list that is none': changed(value => ({ ...value, value: { a: 1 } })),
  'deep nesting': answer(200, '['.repeat(100000)),
  'bytes that are not UTF-8': (response, real) => send(response, { ...real, body: Buffer.concat([Buffer.from('{"a":"\xff\xfe","value":[{"b":"', 'latin1'), real.body]) }),
  '400': error(400, 'Could not find a property'),
  '401': error(401, 'The token is expired', { 'www-authenticate': 'Bearer' }),
  '403': error(403, 'Principal lacks prvRead'),
  '404': error(404, 'Resource not found'),
  '410': error(410, 'Gone'),
  '418': error(418, 'I am a teapot'),
  'a redirect to another server': answer(302, '', { location: 'http://192.0.2.1/' }),
  'a redirect to itself': (response, real, request) => send(response, { status: 302, headers: { location: request.url }, body: Buffer.alloc(0) }),
  'gzip that is none': answer(200, 'hello', { ...json, 'content-encoding': 'gzip' }),
  'an encoding nobody asked for': answer(200, 'hello', { ...json, 'content-encoding': 'br' }),
  'another protocol': response => { response.socket.end('SSH-2.0-OpenSSH_9.2\r\n') }
}

// The same, but big: many megabytes each.
export const floods = {
  'a gzip bomb': answer(200, gzipSync(Buffer.alloc(100 << 20)), { ...json, 'content-encoding': 'gzip' }),
  'headers without end': response => flood(response, 'HTTP/1.1 200 OK\r\n', 'x-more: ' + 'y'.repeat(1000) + '\r\n'),
  'a body without end': response => flood(response, 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"value":[', '"' + 'y'.repeat(65000) + '",')
}

// On answers with rows only.
export const links = {
  'a next link to another server': link(() => 'https://192.0.2.1/api/data/v9.2/accounts?$skiptoken=x'),
  'a next link to another port': link(() => 'http://127.0.0.1:1/api/data/v9.2/accounts'),
  'a next link outside of the service': link(request => `http://${request.headers.host}/elsewhere`),
  'a next link to the same page': link(self),
  'a next link that is a number': link(() => 7),
  'a next link that is nonsense': link(() => 'http://[::/')
}

// Faults that are asked again after a wait; name → spoiler.
export const passing = {
  '429 with Retry-After': error(429, 'Number of requests exceeded the limit', { 'retry-after': '0' }),
  '503 with Retry-After': error(503, 'Busy', { 'retry-after': '0' }),
  '500': error(500, 'Generic SQL error'),
  'a reset in the middle': (response, real) => cutAfter(wire(real).length >> 1, 'reset')(response, real),
  'an end in the middle': (response, real) => cutAfter(wire(real).length >> 1, 'end')(response, real)
}

function flood(response, start, piece) {
  const socket = response.socket
  socket.write(start)
  const more = () => {
    while (!socket.destroyed && socket.write(piece)) { /* until it is full */ }
    if (!socket.destroyed) socket.once('drain', more)
  }
  more()
}
