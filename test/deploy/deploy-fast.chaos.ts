import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { repository } from './compose-file.ts'
import { type SshServer, startSshServer } from './ssh-server.ts'

const hasEngine = spawnSync('docker', ['info'], { stdio: 'ignore', timeout: 20_000 }).status === 0
const place = mkdtempSync(join(tmpdir(), 'kez-deploy-'))
const path = join(place, 'srv')
const docker = join(place, 'docker')
let server: SshServer

/** Artifacts whose containers will do what `verdict` says. */
const artifacts = (verdict: string): string => {
  const folder = join(place, 'made', verdict.replaceAll(' ', '-'), 'artifacts')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch AS runtime\n')
  writeFileSync(join(folder, 'verdict'), verdict)
  return folder
}

type Ended = { readonly code: number | null; readonly out: string; readonly err: string }

const deploy = (...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(
      join(repository, 'scripts', 'deploy-fast'),
      ['server', '--path', path, '--ssh-config', server.config, '--dirty', '--patience', '6', ...args],
      { env: { ...process.env, NO_COLOR: '1' } },
    )
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (part) => {
      out += part
    })
    child.stderr.setEncoding('utf8').on('data', (part) => {
      err += part
    })
    child.on('close', (code) => resolve({ code, out, err }))
  })

const calls = (): string[] =>
  existsSync(join(docker, 'calls')) ? readFileSync(join(docker, 'calls'), 'utf8').trim().split('\n') : []
const running = (): { image?: string; verdict: string } =>
  JSON.parse(readFileSync(join(docker, 'running.json'), 'utf8'))
const releases = (): string[] => readdirSync(join(path, 'releases')).toSorted()

beforeAll(async () => {
  const bin = join(place, 'bin')
  for (const folder of [bin, docker]) mkdirSync(folder, { recursive: true })
  const counterpart = join(import.meta.dirname, 'docker-counterpart.mjs')
  writeFileSync(join(bin, 'docker'), `#!/bin/sh\nexec ${process.execPath} ${counterpart} ${docker} "$@"\n`)
  chmodSync(join(bin, 'docker'), 0o755)
  writeFileSync(join(docker, 'version'), '2.23.3')
  server = await startSshServer(join(place, 'ssh'), `${bin}:/usr/bin:/bin`)
})
afterAll(async () => {
  await server?.stop()
  rmSync(place, { recursive: true, force: true })
})

describe(`deploy-fast over a real sshd, with a counterpart of docker (an engine is ${hasEngine ? 'here, and not used' : 'not here'})`, () => {
  it('says what a server lacks, one thing after the other, and changes nothing there', async () => {
    const good = artifacts('healthy')
    expect((await deploy('--artifacts', good)).err).toContain('There is no folder')
    mkdirSync(path)
    expect((await deploy('--artifacts', good)).err).toContain('KEZ_CHAT_SERVER=<your domain>')
    writeFileSync(join(path, '.env'), 'KEZ_CHAT_SERVER=localhost\nGRAFANA_PASSWORD=do-not-tell\n')
    const old = await deploy('--artifacts', good)
    expect(old.err).toContain('docker compose 2.23.3 is too old; 2.24 or newer is needed')
    expect(old.code).toBe(1)
    writeFileSync(join(docker, 'version'), 'v2.24.0')
    expect(readdirSync(path)).toEqual(['.env'])
    expect(calls()).toEqual([])
  })

  it('brings a release over, starts it, and makes it the current one', async () => {
    const { code, out, err } = await deploy('--artifacts', artifacts('healthy'))
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(out).toContain('everything is healthy')
    expect(out).not.toContain('do-not-tell')
    const [only = ''] = releases()
    expect(readlinkSync(join(path, 'current'))).toBe(`releases/${only}`)
    expect(running().image).toBe(`kez-chat:${only}`)
    for (const file of [
      'docker-compose.yml',
      'docker-compose.fast.yml',
      'deploy/caddy/Caddyfile',
      'artifacts/Dockerfile',
    ])
      expect(existsSync(join(path, 'current', file)), file).toBe(true)
    expect(readFileSync(join(path, '.env'), 'utf8')).toContain('do-not-tell')
    expect(existsSync(join(path, '.deploying'))).toBe(false)
  })

  it('leaves the operator a command for what runs', () => {
    const env = { PATH: `${join(place, 'bin')}:/usr/bin:/bin` }
    const { stdout, stderr } = spawnSync(join(path, 'compose'), ['logs', 'gateway'], { env, encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(stdout).toBe('what gateway said last\n')
    expect(spawnSync(join(path, 'compose'), ['up', '-d'], { env }).status).toBe(0)
    expect(calls().at(-1)).toContain(`up kez-chat:${releases().at(-1)} in `)
  })

  it.each(['never healthy', 'ends', 'does not build'])(
    'goes back to what ran before when a release %s',
    async (verdict) => {
      const before = readlinkSync(join(path, 'current'))
      const { code, err } = await deploy('--artifacts', artifacts(verdict))
      expect(code).toBe(3)
      expect(err).toContain('runs again, and everything is healthy')
      expect(err).toContain(verdict === 'does not build' ? 'failed to solve' : 'what gateway said last')
      expect(readlinkSync(join(path, 'current'))).toBe(before)
      expect(running()).toEqual({ image: `kez-chat:${before.replace('releases/', '')}`, verdict: 'healthy' })
    },
  )

  it('takes the operator’s own file along, and forgets all but the last releases with their images', async () => {
    writeFileSync(join(path, 'docker-compose.override.yml'), 'services: {}\n')
    expect((await deploy('--artifacts', artifacts('healthy'), '--keep', '2')).code).toBe(0)
    expect(calls().findLast((call) => call.startsWith('up'))).toContain(`${path}/docker-compose.override.yml`)
    expect(releases()).toHaveLength(2)
    expect(calls().filter((call) => call.startsWith('image rm kez-chat:'))).toHaveLength(3)
    expect(`releases/${releases().at(-1)}`).toBe(readlinkSync(join(path, 'current')))
  })

  it('has NATS start anew where its configuration is another one, and not otherwise', async () => {
    const restarts = () => calls().filter((call) => call === 'restart nats').length
    expect(restarts()).toBe(0)
    const changed = artifacts('healthy')
    writeFileSync(join(changed, 'nats.conf'), 'with another user')
    expect((await deploy('--artifacts', changed)).code).toBe(0)
    expect(restarts()).toBe(1)
    expect((await deploy('--artifacts', changed)).code).toBe(0)
    expect(restarts()).toBe(1)
    rmSync(join(changed, 'nats.conf'))
  })

  it('lets one deploy at a time', async () => {
    mkdirSync(join(path, '.deploying'))
    const { code, err } = await deploy('--artifacts', artifacts('healthy'))
    expect(code).toBe(1)
    expect(err).toContain('Somebody is deploying there at this moment')
    rmSync(join(path, '.deploying'), { recursive: true })
  })

  it('goes back to the clone that ran before the first release', async () => {
    rmSync(join(path, 'current'))
    writeFileSync(join(path, 'docker-compose.yml'), 'services: {}\n')
    writeFileSync(join(path, 'verdict'), 'healthy')
    const { code, err } = await deploy('--artifacts', artifacts('ends'))
    expect(err).toContain('what was there runs again')
    expect(code).toBe(3)
    expect(calls().at(-1)).toContain(`up as it was in ${path}`)
  })

  it('says so when there is nothing to go back to', async () => {
    rmSync(join(path, 'docker-compose.yml'))
    const { code, err } = await deploy('--artifacts', artifacts('ends'))
    expect(code).toBe(4)
    expect(err).toContain('The server needs you')
  })

  it('ends with the words of ssh when the server is not known, and asks nothing', async () => {
    const known = join(place, 'ssh', 'known_hosts')
    const kept = readFileSync(known, 'utf8')
    writeFileSync(known, '')
    const { code, err } = await deploy('--artifacts', artifacts('healthy'))
    writeFileSync(known, kept)
    expect(code).toBe(1)
    expect(err).toContain('Host key verification failed')
  })

  it('builds by itself, and what it has built runs there', async () => {
    const { code, out, err } = await deploy()
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(out).toContain('everything is healthy')
    expect(running().verdict).toBe('real')
    expect(existsSync(join(path, 'current', 'artifacts', 'web', 'dist', 'index.html'))).toBe(true)
  }, 1_800_000)
})
