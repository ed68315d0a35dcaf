import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { portTaker } from '@kez-chat/embedded'
import { type CertificateAuthority, ensureProgram, freePort } from '@kez-chat/testkit'

const shipped = readFileSync(join(import.meta.dirname, '..', '..', 'deploy', 'nginx', 'kez-chat.conf'), 'utf8')

export type Certificate = ReturnType<CertificateAuthority['issue']>

/** One site of an nginx: the shipped one, changed in one place. */
export type Site = {
  readonly certificate: Certificate
  readonly change?: (shipped: string) => string
  /** Answers plain http in the same way, in place of leading to https. */
  readonly servesPlain?: boolean
}

export type Ports = { readonly secure: number; readonly plain: number }

const render = (
  { certificate, change = (text) => text, servesPlain }: Site,
  { secure, plain }: Ports,
  gateway: string,
) => {
  const [, redirecting = '', serving = ''] = shipped.split(/^(?=server \{)/m)
  const local = (text: string) =>
    text
      .replaceAll('chat.example.org;', 'localhost;')
      .replaceAll('127.0.0.1:6969', gateway)
      .replaceAll('/var/log/nginx/error.log', 'stderr')
  const site = change(serving)
    .replace('listen 443 ', `listen 127.0.0.1:${secure} `)
    .replace(/ssl_certificate +\S+;/, `ssl_certificate ${certificate.cert};`)
    .replace(/ssl_certificate_key +\S+;/, `ssl_certificate_key ${certificate.key};`)
  const open = serving.replace(/listen 443 .*;/, `listen 127.0.0.1:${plain};`).replaceAll(/^ *ssl_.*\n/gm, '')
  return local(site + (servesPlain ? open : redirecting.replace('listen 80;', `listen 127.0.0.1:${plain};`)))
}

/** One nginx with many sites in front of one gateway. */
export const startSites = async <Name extends string>(
  dir: string,
  gateway: string,
  sites: Readonly<Record<Name, Site>>,
): Promise<{ ports: Readonly<Record<Name, Ports>>; child: ChildProcess }> => {
  const port = portTaker()
  const ports = {} as Record<Name, Ports>
  for (const name of Object.keys(sites) as Name[]) ports[name] = { secure: await port(), plain: await port() }
  const rendered = (Object.keys(sites) as Name[]).map((name) => render(sites[name], ports[name], gateway))
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${dir}/nginx-${kind};`,
  )
  const [map = ''] = shipped.split(/^(?=server \{)/m)
  mkdirSync(join(dir, 'static'))
  const file = join(dir, 'nginx.conf')
  writeFileSync(
    file,
    `${process.getuid?.() === 0 ? 'user root;\n' : ''}pid ${dir}/nginx.pid;\nerror_log ${dir}/nginx.log;\nevents {}\nhttp {\naccess_log off;\n${temporary.join('\n')}\n${map}\n${rendered.join('\n')}\n}\n`,
  )
  const log = join(dir, 'nginx.log')
  const child = spawn(
    await ensureProgram('nginx', 'nginx-light'),
    ['-p', dir, '-c', file, '-e', log, '-g', 'daemon off;'],
    {
      stdio: 'ignore',
    },
  )
  return { ports, child }
}

/** A proxy that passes everything on and tells another time. */
export const startProxyWithClock = async (gateway: string, { cert, key }: Certificate, shift: number) => {
  const [host = '', port = ''] = gateway.split(':')
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (incoming, outgoing) => {
    const { method, url, headers } = incoming
    const asked = request({ host, port, method, path: url, headers }, (answer) => {
      const date = new Date(Date.now() + shift).toUTCString()
      outgoing.writeHead(answer.statusCode ?? 502, {
        ...answer.headers,
        date,
        'strict-transport-security': 'max-age=31536000',
      })
      answer.pipe(outgoing)
    })
    asked.on('error', () => outgoing.destroy())
    incoming.pipe(asked)
  })
  server.on('upgrade', (incoming, socket, head) => {
    const through = connect(Number(port), host)
    const headers = incoming.rawHeaders.map((text, i) => (i % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('')
    through.write(`GET ${incoming.url} HTTP/1.1\r\n${headers}\r\n`)
    through.write(head)
    for (const end of [through, socket]) end.on('error', () => through.destroy()).on('close', () => socket.destroy())
    through.pipe(socket).pipe(through)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** A nats-server of its own, by a configuration that is given; a stream in it holds `bytes`. */
export const startPlainNats = async (binary: string, dir: string, jetstream: string, bytes: number) => {
  const port = await freePort()
  const monitor = await freePort(undefined, '127.0.0.1', new Set([port]))
  const file = join(dir, `plain-${port}.conf`)
  writeFileSync(
    file,
    `listen: "127.0.0.1:${port}"\nhttp: "127.0.0.1:${monitor}"\njetstream {\n  store_dir: "${dir}/plain-${port}"\n${jetstream}\n}\n`,
  )
  const child = spawn(binary, ['-c', file], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${monitor}`
  for (
    let i = 0;
    i < 200 &&
    !(await fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    ));
    i++
  )
    await new Promise((resolve) => setTimeout(resolve, 25))
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const publish = (subject: string, text: string) => `PUB ${subject} r ${text.length}\r\n${text}\r\n`
    let heard = ''
    socket.on('error', reject).on('data', (part) => {
      heard += String(part)
      // The stream is there, and what was published is in it.
      if ([...heard.matchAll(/^MSG r /gm)].length < 2) return
      socket.destroy()
      resolve()
    })
    socket.write('CONNECT {"verbose":false,"headers":true,"no_responders":true}\r\nSUB r 1\r\n')
    socket.write(publish('$JS.API.STREAM.CREATE.S', '{"name":"S","subjects":["s"],"storage":"file"}'))
    setTimeout(() => socket.write(publish('s', 'x'.repeat(bytes))), 300)
  })
  return { url, stop: () => child.kill('SIGTERM') }
}

/** The Caddy of the docs, with a certificate that is there already. */
export const startCaddy = async (dir: string, gateway: string, { cert, key }: Certificate) => {
  const port = await freePort()
  const file = join(dir, 'Caddyfile')
  const shippedFile = readFileSync(join(import.meta.dirname, '..', '..', 'deploy', 'caddy', 'Caddyfile'), 'utf8')
  const site = shippedFile
    .replace('CHAT_SERVER} {', `CHAT_SERVER} {\n\ttls ${cert} ${key}`)
    .replace('\n{\n', '\n{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n')
  writeFileSync(file, site)
  const url = `https://localhost:${port}`
  const child = spawn(await ensureProgram('caddy'), ['run', '--adapter', 'caddyfile', '--config', file], {
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH,
      KEZ_CHAT_SERVER: url,
      KEZ_GATEWAY: gateway,
      HOME: dir,
      XDG_DATA_HOME: dir,
      XDG_CONFIG_HOME: dir,
    },
  })
  return { url, child }
}

/** Three nats-servers that are one cluster, with a stream `S` of as many copies in the account `APP`. */
export const startCluster = async (binary: string, dir: string, copies: number) => {
  const port = portTaker()
  const nodes: { name: string; client: number; monitor: number; route: number }[] = []
  for (const name of ['a', 'b', 'c'])
    nodes.push({ name, client: await port(), monitor: await port(), route: await port() })
  const routes = nodes.map(({ route }) => `"nats://127.0.0.1:${route}"`).join(', ')
  const children = nodes.map(({ name, client, monitor, route }) => {
    const file = join(dir, `cluster-${name}.conf`)
    writeFileSync(
      file,
      `server_name: "${name}"
listen: "127.0.0.1:${client}"
http: "127.0.0.1:${monitor}"
jetstream {
  store_dir: "${dir}/cluster-${name}"
  sync_interval: always
}
cluster {
  name: "kez"
  listen: "127.0.0.1:${route}"
  routes: [${routes}]
}
accounts {
  APP {
    jetstream: enabled
    users: [ { user: "x", password: "x" } ]
  }
}
`,
    )
    return spawn(binary, ['-c', file], { stdio: 'ignore' })
  })
  const [first] = nodes
  const socket = connect(first?.client ?? 0, '127.0.0.1')
  await new Promise<void>((resolve, reject) => {
    const deadline = Date.now() + 30_000
    socket.on('error', () => undefined)
    const wish = JSON.stringify({ name: 'S', subjects: ['s'], storage: 'file', num_replicas: copies })
    const again = setInterval(() => {
      if (Date.now() > deadline) return finish(() => reject(new Error('the cluster did not come up')))
      if (socket.readyState === 'closed') socket.connect(first?.client ?? 0, '127.0.0.1')
      else socket.write(`PUB $JS.API.STREAM.CREATE.S r ${wish.length}\r\n${wish}\r\n`)
    }, 500)
    const finish = (end: () => void): void => {
      clearInterval(again)
      end()
    }
    socket.on('connect', () => {
      socket.write('CONNECT {"verbose":false,"user":"x","pass":"x"}\r\nSUB r 1\r\n')
    })
    socket.on('data', (part) => {
      if (String(part).includes('stream_create_response') && !String(part).includes('"error"')) finish(resolve)
    })
  })
  socket.destroy()
  return {
    monitors: nodes.map(({ monitor }) => `http://127.0.0.1:${monitor}`),
    /** Ends the last one. */
    lose: () => children[2]?.kill('SIGKILL'),
    stop: () => {
      for (const child of children) child.kill('SIGKILL')
    },
  }
}
