// Starts the CAP service of this folder with the rows of data.mjs: { base, stop }.
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { files } from './data.mjs'

export async function startCap(folder) {
  mkdirSync(join(folder, 'db/data'), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'db/data', name), text)
  const child = spawn(process.execPath, ['node_modules/.bin/cds-serve', 'all', '--in-memory'],
    { cwd: folder, env: { ...process.env, PORT: '0', NODE_NO_WARNINGS: '1' } })
  const url = await new Promise((resolve, reject) => {
    let text = ''
    const watch = chunk => {
      text += chunk
      const found = text.match(/server listening on \{ url: '(.*?)' \}/)
      if (found) resolve(found[1])
    }
    child.stdout.on('data', watch)
    child.stderr.on('data', watch)
    child.on('exit', () => reject(new Error('CAP did not start:\n' + text)))
  })
  return { base: url.replace('localhost', '127.0.0.1') + '/odata/v4/crm/', stop: () => child.kill() }
}

// What SATCHEL_BASIC is for each user of the service.
export const passwords = { alice: 'alice:wonder', bob: 'bob:builder', carol: 'carol:chief', nobody: 'alice:wrong' }
export const basic = user => 'Basic ' + Buffer.from(passwords[user]).toString('base64')
