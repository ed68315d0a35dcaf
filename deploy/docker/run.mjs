// The image's entry point: one word says which part this container is.
const parts = {
  gateway: 'services/gateway/src/main.ts',
  registry: 'services/registry/src/main.ts',
  auth: 'services/registry/src/auth-main.ts',
  'relay-bridge': 'services/relay-bridge/src/main.ts',
  push: 'services/push/src/main.ts',
  kez: 'cli/src/main.ts',
}

const [part = '', ...args] = process.argv.slice(2)
if (!Object.hasOwn(parts, part)) {
  console.error(
    `Say which part this container is: ${Object.keys(parts).join(', ')}.${part ? ` There is no "${part}".` : ''}`,
  )
  process.exit(2)
}
process.argv.splice(2, process.argv.length, ...args)
const main = new URL(`../../${parts[part]}`, import.meta.url)
process.argv[1] = main.pathname
await import(main.href)
