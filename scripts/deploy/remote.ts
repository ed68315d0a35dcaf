import { spawn } from 'node:child_process'

/** A command on the server failed; the message has its last words. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError'
}

export type Remote = {
  /** Runs a script of sh there and returns what it printed. @throws RemoteError */
  run(script: string, options?: { readonly timeoutMs?: number }): Promise<string>
  /** Unpacks what `tar` makes of `args` here into a folder there. @throws RemoteError */
  send(args: readonly string[], into: string): Promise<void>
}

const lastWords = 3_000
const usualMs = 60_000
const longMs = 1_800_000

/** One word for a shell, whatever is in it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

export const openRemote = (host: string, sshConfig: string | undefined): Remote => {
  // Never a question: a password or an unknown host key ends the call with ssh's own words.
  const options = ['BatchMode=yes', 'ConnectTimeout=20', 'ServerAliveInterval=15', 'ServerAliveCountMax=4']
  const args = [...(sshConfig === undefined ? [] : ['-F', sshConfig]), ...options.flatMap((option) => ['-o', option])]

  const ssh = (command: string, timeoutMs: number) => {
    const child = spawn('ssh', [...args, '--', host, command], { stdio: ['pipe', 'pipe', 'pipe'] })
    const timer = setTimeout(() => child.kill('SIGTERM'), timeoutMs)
    let output = ''
    let errors = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      output += part
    })
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      errors = (errors + part).slice(-lastWords)
    })
    // A connection that ends early breaks the pipe; its exit says why.
    child.stdin.on('error', () => undefined)
    const ended = new Promise<string>((resolve, reject) => {
      child.on('error', (cause) => reject(new RemoteError(`ssh cannot be started: ${cause.message}`, { cause })))
      child.on('close', (code, signal) => {
        clearTimeout(timer)
        if (code === 0) return resolve(output)
        const why = signal ? `took longer than ${timeoutMs / 1_000} s` : `ended with ${code}`
        reject(new RemoteError(`${host}: ${why}\n${`${output.slice(-lastWords)}${errors}`.trim()}`))
      })
    })
    return { stdin: child.stdin, ended }
  }

  return {
    run: (script, { timeoutMs = usualMs } = {}) => {
      // By standard input, so that nothing of it is in a list of processes.
      const { stdin, ended } = ssh('sh -eu -s', timeoutMs)
      stdin.end(`${script}\n`)
      return ended
    },
    send: async (tarArgs, into) => {
      const { stdin, ended } = ssh(`mkdir -p ${quoted(into)} && tar -xz -C ${quoted(into)}`, longMs)
      const tar = spawn('tar', ['-cz', ...tarArgs], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, COPYFILE_DISABLE: '1' },
      })
      tar.stdout.pipe(stdin)
      const packed = new Promise<void>((resolve, reject) => {
        tar.on('error', reject)
        tar.on('close', (code) => (code === 0 ? resolve() : reject(new RemoteError(`tar ended with ${code}`))))
      })
      await Promise.all([packed, ended])
    },
  }
}
