import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type WebManifest, webManifestPath } from '@kez-chat/contracts'
import { freePort } from '@kez-chat/embedded'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startRig, type TestGateway } from '../../services/gateway/test/rig.ts'
import { listFiles, nameOfBuild } from '../../web/build/files.ts'
import { writeManifest } from '../../web/build/manifest.ts'
import { buildApp } from '../../web/test/e2e/build.ts'
import { kez, privateFile } from './kez.ts'
import { type Passing, startTamperingProxy } from './tampering-proxy.ts'

/** A small app with one file of each kind: the real one is looked at once. */
const makeSmallApp = () => {
  const dir = mkdtempSync(join(tmpdir(), 'kez-test-small-web-'))
  const files = {
    'index.html': '<!doctype html><head><script type="module" src="/assets/index-Bx3kQ9_z.js"></script></head>',
    'sw.js': 'addEventListener("fetch", () => {})',
    'assets/index-Bx3kQ9_z.js': 'const a = 1',
    'assets/index-vRxkheLp.css': 'body{margin:0}',
    'assets/inter-latin-Dx4kXJAl.woff2': 'a font',
    'icon-512.png': 'a picture',
    'manifest.webmanifest': '{}',
  }
  mkdirSync(join(dir, 'assets'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content)
  writeManifest(dir, nameOfBuild(listFiles(dir)))
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

let real: Awaited<ReturnType<typeof buildApp>>
let built: ReturnType<typeof makeSmallApp>
let rig: Awaited<ReturnType<typeof startRig>>
let gateway: TestGateway
let proxy: Awaited<ReturnType<typeof startTamperingProxy>>
let manifest: WebManifest

beforeAll(async () => {
  built = makeSmallApp()
  manifest = JSON.parse(readFileSync(join(built.dir, webManifestPath), 'utf8'))
  rig = await startRig()
  gateway = await rig.startGateway({ KEZ_CHAT_WEB_DIR: built.dir })
  proxy = await startTamperingProxy(gateway.baseUrl)
})
afterAll(async () => {
  proxy?.stop()
  await rig?.stop()
  built?.remove()
  real?.remove()
})
beforeEach(() => proxy.tamper(() => undefined))

const verify = (...args: string[]) => kez(['verify', 'web', ...args])
const look = async () => {
  const { code, out, err } = await verify(proxy.url, '--against', built.dir, '--json')
  return { code, err, ...JSON.parse(out) }
}
const change = (path: string, body: (passing: Passing) => string) =>
  proxy.tamper((passing) => (passing.path === path ? { body: body(passing) } : undefined))
const asset = (pattern: RegExp): string => manifest.files.find(({ path }) => pattern.test(path))?.path ?? ''

describe('kez verify web', () => {
  it('says yes to a server that serves what the source builds', async () => {
    const { code, out, err } = await verify(gateway.baseUrl, '--against', built.dir)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(`version        0.1.0, build ${manifest.build}\n`)
    expect(out).toContain(`files          ${manifest.files.length}, each asked for as Chrome on Windows, `)
    expect(out).toContain('verified       yes: what is served is what this source builds\n')
    const file = join(built.dir, webManifestPath)
    expect(JSON.parse((await verify(gateway.baseUrl, '--against', file, '--json')).out)).toEqual({
      ...{ server: gateway.baseUrl, version: '0.1.0', build: manifest.build, files: manifest.files.length },
      ...{ verdict: 'same', against: { place: file, version: '0.1.0', build: manifest.build }, findings: [] },
    })
  })

  it('says yes to the app as it is built, also behind a proxy that packs and passes on', async () => {
    real = await buildApp()
    const { baseUrl } = await rig.startGateway({ KEZ_CHAT_WEB_DIR: real.dir })
    const front = await startTamperingProxy(baseUrl)
    const { code, out, err } = await verify(front.url, '--against', real.dir, '--json')
    front.stop()
    expect({ code, err, ...JSON.parse(out) }).toMatchObject({ code: 0, err: '', verdict: 'same', findings: [] })
  })

  it.each<[string, RegExp, (passing: Passing) => string]>([
    ['one letter of a script', /^\/assets\/index-.*\.js$/, ({ body }) => body.replace('a', 'b')],
    ['something behind its end', /^\/assets\/index-.*\.js$/, ({ body }) => `${body}\nsteal()`],
    ['a style', /\.css$/, ({ body }) => `${body}body{background:url(https://evil.test)}`],
    ['another service worker', /^\/sw\.js$/, ({ body }) => `${body}\nimportScripts("/evil.js")`],
  ])('finds %s', async (_, pattern, body) => {
    const path = asset(pattern)
    change(path, body)
    const { code, findings } = await look()
    expect({ code, findings }).toEqual({
      code: 1,
      findings: [{ path, problem: 'changed', detail: 'it is not what the server itself lists' }],
    })
  })

  it.each([
    ['of another server', '<script src="https://evil.test/x.js"></script>', 'it names https://evil.test/x.js, which'],
    ['of its own', '<script type="module" src=/evil.js></script>', 'it names /evil.js, which is not listed'],
    ['written into the page', '<script>steal()</script>', 'it has a script written into it'],
  ])('finds one more script %s', async (_, script, said) => {
    change('/', ({ body }) => body.replace('</head>', `${script}</head>`))
    const { code, findings } = await look()
    expect([code, findings.length]).toEqual([1, 1])
    expect(findings[0]).toMatchObject({ path: '/', problem: 'changed', detail: expect.stringContaining(said) })
  })

  it('finds a file that is not there', async () => {
    const path = asset(/\.woff2$/)
    proxy.tamper((passing) => (passing.path === path ? { status: 404, body: '' } : undefined))
    expect((await look()).findings).toEqual([{ path, problem: 'missing', detail: 'the server answers 404' }])
  })

  it.each<[string, string, RegExp, (asked: Passing['asked']) => boolean]>([
    ['a browser', '/', /^Chrome on Windows and Safari on iPhone gets/, (asked) => /html/.test(asked.accept ?? '')],
    ['an iPhone', '/assets', /^Safari on iPhone gets/, (asked) => /iPhone/.test(asked['user-agent'] ?? '')],
    ['the start of a worker', '/sw.js', /^Chrome/, (asked) => asked['service-worker'] === 'script'],
    ['whoever takes no packed files', '/assets', /^kez gets/, (asked) => asked['accept-encoding'] === 'identity'],
  ])('finds that %s gets something else', async (_, start, who, isVictim) => {
    const path = start === '/assets' ? asset(/^\/assets\/index-.*\.js$/) : start
    proxy.tamper(({ path: passing, asked, body }) =>
      passing === path && isVictim(asked) ? { body: `${body} ` } : undefined,
    )
    const { code, findings } = await look()
    expect([code, findings]).toEqual([1, [{ path, problem: 'differs_by_visitor', detail: expect.stringMatching(who) }]])
  })

  it('finds a policy that lets more in than the app’s own', async () => {
    const weaken = (policy: string) => policy.replace("script-src 'self'", "script-src 'self' https:")
    proxy.tamper(({ path, headers }) => {
      const policy = headers['content-security-policy'] ?? ''
      return path === '/' ? { headers: { ...headers, 'content-security-policy': weaken(policy) } } : undefined
    })
    const detail = "its content security policy does not say script-src 'self' 'wasm-unsafe-eval'"
    expect((await look()).findings).toEqual([{ path: '/', problem: 'weak_policy', detail }])
    proxy.tamper(({ path, headers: { 'content-security-policy': _, ...headers } }) =>
      path === '/' ? { headers } : undefined,
    )
    const none = 'it comes without a content security policy'
    expect((await look()).findings).toEqual([{ path: '/', problem: 'weak_policy', detail: none }])
  })

  it('finds by the build what agrees with the server’s own list', async () => {
    const path = asset(/^\/assets\/index-.*\.js$/)
    const [added, gone] = ['/assets/added-00000000.js', '/icon-512.png']
    const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')
    const bad = 'steal()'
    proxy.tamper((passing) => {
      if (passing.path === path || passing.path === added) return { status: 200, body: bad }
      if (passing.path !== webManifestPath) return undefined
      const files = manifest.files
        .filter((file) => file.path !== gone)
        .map((file) => (file.path === path ? { path, size: bad.length, sha256: hashOf(bad) } : file))
      const list = { ...manifest, files: [...files, { path: added, size: bad.length, sha256: hashOf(bad) }] }
      return { body: JSON.stringify(list) }
    })
    const { code, findings } = await look()
    expect([code, findings.map((one: { path: string; problem: string }) => [one.path, one.problem])]).toEqual([
      1,
      [
        [path, 'other_than_built'],
        [added, 'added'],
        [gone, 'left_out'],
      ],
    ])
    const { out } = await verify(proxy.url, '--against', built.dir)
    expect(out).toMatch(/verified +no\n\nfile +problem +what is wrong\n/)
  })

  it('finds that not everybody gets the same list, and reads none that is not one', async () => {
    proxy.tamper(({ path, asked, body }) =>
      path === webManifestPath && /iPhone/.test(asked['user-agent'] ?? '')
        ? { body: body.replace('"version": "0.1.0"', '"version": "0.1.1"') }
        : undefined,
    )
    const detail = 'Safari on iPhone gets another one'
    expect((await look()).findings).toEqual([{ path: 'the list', problem: 'differs_by_visitor', detail }])
    change(webManifestPath, () => '{"v":1}')
    expect(await verify(proxy.url, '--against', built.dir)).toEqual({
      ...{ code: 1, out: '' },
      err: `kez: ${proxy.url}${webManifestPath} is not a list of files of the web app\n`,
    })
    change(webManifestPath, ({ body }) => body + ' '.repeat(2_000_000))
    expect((await verify(proxy.url, '--against', built.dir)).code).toBe(1)
    const bare = await rig.startGateway()
    const { code, err } = await verify(bare.baseUrl, '--against', built.dir)
    expect([code, err]).toEqual([1, expect.stringContaining('does not say what it serves as the web app')])
  })

  it('names the version to build when the versions are not the same', async () => {
    const older = privateFile(JSON.stringify({ ...manifest, version: '0.0.9', files: manifest.files.slice(1) }))
    const { code, out } = await verify(gateway.baseUrl, '--against', older)
    expect(code).toBe(1)
    expect(out).toContain('The build is of version 0.0.9: build the source of version 0.1.0 to compare.\n')
  })

  it('ends with 2, 3 or 4 when it was used wrongly, nobody answered, or the build cannot be read', async () => {
    const port = await freePort(undefined, '127.0.0.1', new Set())
    const junk = privateFile('not a list')
    const ends = await Promise.all([
      verify('example.org'),
      verify(`http://127.0.0.1:${port}`, '--against', built.dir),
      verify(gateway.baseUrl, '--against', '/no/such/folder'),
      verify(gateway.baseUrl, '--against', junk),
    ])
    expect(ends.map(({ code, err }) => [code, err])).toEqual([
      [2, 'kez: the server is an address like https://example.org\n'],
      [3, `kez: http://127.0.0.1:${port} did not answer for ${webManifestPath}\n`],
      [4, 'kez: /no/such/folder cannot be read: there is no such file\n'],
      [2, `kez: ${junk} is not a list of files of the web app\n`],
    ])
  })
})
