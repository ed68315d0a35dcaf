import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { debianPackages, ensureProgram, freePort } from '@kez-chat/testkit'
import { vi } from 'vitest'

export type SshServer = {
  /** Configuration of ssh under which the host `server` is this one. */
  readonly config: string
  stop(): Promise<void>
}

const libraries = ['usr/lib', 'lib'].flatMap((folder) =>
  ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((machine) => `${folder}/${machine}`),
)

/**
 * Debian's sshd on a free port of the loopback, for the present user and one key that is made here. Nothing is installed: it
 * runs from where it was unpacked. As root it also wants an account and a folder of its own, which it finds in a mount namespace.
 * @param path PATH of whoever logs in
 */
export const startSshServer = async (place: string, path: string): Promise<SshServer> => {
  const keygen = await ensureProgram('ssh-keygen', 'openssh-client')
  const unpacked = await debianPackages('openssh-server', 'libwrap0')
  mkdirSync(place, { recursive: true })
  for (const name of ['host', 'user'])
    execFileSync(keygen, ['-q', '-t', 'ed25519', '-N', '', '-f', join(place, name)], { stdio: 'pipe' })
  const port = await freePort()
  writeFileSync(join(place, 'authorized_keys'), readFileSync(join(place, 'user.pub')), { mode: 0o600 })
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(place, 'host')}`,
    'PidFile none',
    `AuthorizedKeysFile ${join(place, 'authorized_keys')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    `SetEnv "PATH=${path}"`,
  ]
  writeFileSync(join(place, 'sshd_config'), `${lines.join('\n')}\n`)
  const hostKey = readFileSync(join(place, 'host.pub'), 'utf8').split(' ').slice(0, 2).join(' ')
  writeFileSync(join(place, 'known_hosts'), `[127.0.0.1]:${port} ${hostKey}\n`)
  const config = join(place, 'ssh_config')
  const client = [
    'Host server',
    '  HostName 127.0.0.1',
    `  Port ${port}`,
    `  User ${userInfo().username}`,
    `  IdentityFile ${join(place, 'user')}`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${join(place, 'known_hosts')}`,
    '  StrictHostKeyChecking yes',
  ]
  writeFileSync(config, `${client.join('\n')}\n`)
  const child = run(place, [join(unpacked, 'usr/sbin/sshd'), '-D', '-e', '-f', join(place, 'sshd_config')], unpacked)
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    said += part
  })
  const listens = async (): Promise<void> => {
    if (!(await answers(port))) throw new Error(`sshd does not listen: ${said}`)
  }
  await vi.waitFor(listens, { timeout: 20_000, interval: 100 })
  return {
    config,
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      if (child.exitCode === null && child.kill('SIGTERM')) await gone
    },
  }
}

const run = (place: string, sshd: readonly string[], unpacked: string): ChildProcess => {
  const env = {
    PATH: '/usr/sbin:/usr/bin:/bin',
    LD_LIBRARY_PATH: libraries.map((lib) => join(unpacked, lib)).join(':'),
  }
  const stdio = ['ignore', 'ignore', 'pipe'] as const
  if (process.getuid?.() !== 0) return spawn(sshd[0] ?? '', sshd.slice(1), { env, stdio: [...stdio] })
  const passwd = readFileSync('/etc/passwd', 'utf8')
  const isThere = /^sshd:/m.test(passwd)
  writeFileSync(
    join(place, 'passwd'),
    isThere ? passwd : `${passwd.trimEnd()}\nsshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n`,
  )
  const script = `mount --bind "$1/passwd" /etc/passwd && mount -t tmpfs none /run && mkdir -m 0755 /run/sshd && shift && exec "$@"`
  return spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', place, ...sshd], { env, stdio: [...stdio] })
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('data', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
    socket.setTimeout(2_000, () => {
      socket.destroy()
      resolve(false)
    })
  })
