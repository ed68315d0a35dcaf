import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type RequestOptions, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@kez-chat/client'
import { freePort } from '@kez-chat/embedded'
import {
  createRegistration,
  parseHandle,
  randomBytes,
  signingKeyFromSeed,
  signRequest,
  streamAuthText,
} from '@kez-chat/identity'
import { createCertificateAuthority, ensureProgram, type Stack, startStack } from '@kez-chat/testkit'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { repository } from './compose-file.ts'

const dir = mkdtempSync(join(tmpdir(), 'kez-proxies-'))
const children: ChildProcess[] = []
let stack: Stack
let gateway: string
let ca: Awaited<ReturnType<typeof createCertificateAuthority>>

beforeAll(async () => {
  const webDir = join(dir, 'web')
  mkdirSync(webDir)
  writeFileSync(join(webDir, 'index.html'), '<!doctype html><title>kez-chat</title>')
  stack = await startStack({ webDir, env: { KEZ_TRUSTED_PROXIES: '127.0.0.1', KEZ_CHAIN_READ_RATE_PER_MINUTE: '5' } })
  gateway = new URL(stack.url).host.replace('localhost', '127.0.0.1')
  ca = await createCertificateAuthority(dir, 'ca')
})
afterAll(async () => {
  for (const child of children) child.kill('SIGTERM')
  await stack?.stop()
  rmSync(dir, { recursive: true, force: true })
})

const shipped = (file: string): string => readFileSync(join(repository, 'deploy', file), 'utf8')

/** What a proxy has written to its errors. */
let said = ''

const run = (path: string, args: readonly string[], env: Record<string, string> = {}): void => {
  const child = spawn(path, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, ...env },
  })
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    said += part
  })
  children.push(child)
}

const startNginx = async (to = gateway): Promise<string> => {
  const [port, plain] = [await freePort(), await freePort()]
  const { cert, key } = ca.issue('nginx')
  const site = shipped('nginx/kez-chat.conf')
    .replace('listen 80;', `listen 127.0.0.1:${plain};`)
    .replace('listen 443 ', `listen 127.0.0.1:${port} `)
    .replaceAll('chat.example.org;', 'localhost;')
    .replace(/ssl_certificate +\S+;/, `ssl_certificate ${cert};`)
    .replace(/ssl_certificate_key +\S+;/, `ssl_certificate_key ${key};`)
    .replace('127.0.0.1:6969', to)
    .replace('/var/log/nginx/error.log', 'stderr')
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${dir}/nginx-${kind};`,
  )
  const file = join(dir, 'nginx.conf')
  writeFileSync(
    file,
    `${process.getuid?.() === 0 ? 'user root;\n' : ''}pid ${dir}/nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\n${temporary.join('\n')}\n${site}\n}\n`,
  )
  run(await ensureProgram('nginx', 'nginx-light'), ['-p', dir, '-c', file, '-e', 'stderr', '-g', 'daemon off;'])
  return `https://localhost:${port}`
}

const startCaddy = async (to = gateway): Promise<string> => {
  const port = await freePort()
  const { cert, key } = ca.issue('caddy')
  const file = join(dir, 'Caddyfile')
  // A certificate is got from a public authority otherwise, and this machine's trust is left as it is.
  const site = shipped('caddy/Caddyfile')
    .replace('CHAT_SERVER} {', `CHAT_SERVER} {\n\ttls ${cert} ${key}`)
    .replace('\n{\n', '\n{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n')
  writeFileSync(file, site)
  const url = `https://localhost:${port}`
  run(await ensureProgram('caddy'), ['run', '--adapter', 'caddyfile', '--config', file], {
    KEZ_CHAT_SERVER: url,
    KEZ_GATEWAY: to,
    HOME: dir,
    XDG_DATA_HOME: dir,
    XDG_CONFIG_HOME: dir,
  })
  return url
}

type Answer = { readonly status: number; readonly headers: NodeJS.Dict<string | string[]>; readonly text: string }

const ask = (url: string, options: RequestOptions = {}, body?: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { ca: readFileSync(ca.file), ...options }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part) => {
        text += part
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    asked.on('error', reject)
    asked.end(body)
  })

describe.each([
  ['nginx', startNginx, '127.0.0.2'],
  ['Caddy', startCaddy, '127.0.0.3'],
])('%s as the docs have it', (_name, start, from) => {
  let url: string
  const key = signingKeyFromSeed(randomBytes(32))
  const handle = parseHandle(`behind${from.slice(-1)}`)
  const direct = () => createClient({ baseUrl: stack.url })

  beforeAll(async () => {
    url = await start()
    await vi.waitFor(async () => expect((await ask(url)).status).toBe(200), { timeout: 30_000, interval: 100 })
    await direct().register(createRegistration({ handle, server: 'localhost', createdAt: Date.now() }, key))
  })

  it('serves the app and the API by https', async () => {
    const page = await ask(url)
    expect(page.text).toContain('<title>kez-chat</title>')
    expect(page.headers['strict-transport-security']).toBe('max-age=31536000')
    expect(JSON.parse((await ask(`${url}/v1/healthz`)).text)).toMatchObject({ status: 'ok', server: 'localhost' })
    const found = await ask(`${url}/.well-known/webfinger?resource=acct:${handle}@localhost`)
    expect(found.headers['content-type']).toMatch(/^application\/jrd\+json/)
  })

  it('lets the largest envelope through', async () => {
    const envelope = { v: 2, ct: 'x'.repeat(250_000) }
    const headers = { 'content-type': 'application/json' }
    const answer = await ask(
      `${url}/v1/messages`,
      { method: 'POST', headers },
      JSON.stringify({ to: handle, envelope }),
    )
    expect(answer.status).toBe(201)
  })

  it('gives out what a live inbox says at once, not when a buffer is full', async () => {
    const auth = signRequest(streamAuthText(handle), key, Date.now())
    let text = ''
    const asked = request(`${url}/v1/inbox/${handle}/stream`, {
      ca: readFileSync(ca.file),
      headers: { 'x-kez-auth': auth, 'accept-encoding': 'gzip' },
    })
    asked.on('response', (response) => {
      expect(response.headers['content-encoding']).toBeUndefined()
      response.setEncoding('utf8').on('data', (part) => {
        text += part
      })
    })
    asked.on('error', () => {})
    asked.end()
    await expect.poll(() => text).toMatch(/^:/m)
    const { seq } = await direct().postMessage({ to: handle, envelope: { v: 2, n: 1 } })
    await expect.poll(() => text, { timeout: 10_000 }).toContain(`id: ${seq}\n`)
    asked.destroy()
  })

  it('passes the WebSocket of the relay on', async () => {
    const socket = new WebSocket(`${url.replace('https:', 'wss:')}/relay`, { ca: readFileSync(ca.file) })
    const said: string[] = []
    socket.on('message', (data) => said.push(String(data)))
    socket.on('error', (error) => said.push(error.message))
    await expect.poll(() => said.join()).toMatch(/AUTH/)
    socket.close()
  })

  it('tells where a request really came from, whatever its sender claims', async () => {
    const head = `${url}/v1/sigchains/ed25519/${key.primary.slice('ed25519:'.length)}/head`
    const statuses: number[] = []
    for (let i = 0; i < 8; i++) {
      const headers = { 'x-forwarded-for': `203.0.113.${i}` }
      statuses.push((await ask(head, { localAddress: from, family: 4, headers })).status)
    }
    expect(statuses.filter((status) => status === 429)).not.toEqual([])
    expect(statuses[0]).not.toBe(429)
  })

  it('writes into no log who asked, for whom, and with which signature, also when the gateway is away', async () => {
    said = ''
    const away = await start(`127.0.0.1:${await freePort()}`)
    const headers = { 'x-kez-auth': '1700000000:signed-in-a-header' }
    const target = `${away}/v1/inbox/${handle}/stream?since=0&auth=1700000000:signed-in-the-address`
    await vi.waitFor(
      async () => expect((await ask(target, { headers, localAddress: from, family: 4 })).status).toBe(502),
      { timeout: 30_000, interval: 100 },
    )
    for (const secret of ['signed-in-', handle, from]) expect(said).not.toContain(secret)
  })
})
