const reference = /\s(?:src|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/gi
const scriptInside = /<script(?![^>]*\ssrc\s*=)[^>]*>/i

/** What the page loads or runs that is not in the list of files. */
export const strangersIn = (html: string, origin: string, listed: ReadonlySet<string>): string[] => {
  const strangers = [...html.matchAll(reference)]
    .map(([, double, single, bare]) => double ?? single ?? bare ?? '')
    .map((address) => (URL.canParse(address, origin) ? new URL(address, origin) : undefined))
    .filter((url) => url !== undefined)
    .filter((url) => url.origin !== origin || !listed.has(url.pathname))
    .map((url) => `it names ${url.origin === origin ? url.pathname : url.href}, which is not listed`)
  return scriptInside.test(html) ? [...strangers, 'it has a script written into it'] : strangers
}

const required: Readonly<Record<string, string>> = {
  'default-src': "'self'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'worker-src': "'self'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'require-trusted-types-for': "'script'",
}

/** What the policy sent with the page lets through that the app's own would stop; empty when it is as it should be. */
export const holesIn = (policy: string | string[] | undefined): string[] => {
  if (policy === undefined) return ['it comes without a content security policy']
  // Several policies all hold: one of ours among them is enough.
  const policies = [policy].flat().flatMap((text) => text.split(','))
  const holes = policies.map((text) => {
    const said = new Map(
      text.split(';').map((part) => {
        const [name = '', ...values] = part.trim().split(/\s+/)
        return [name.toLowerCase(), values.join(' ')] as const
      }),
    )
    return Object.entries(required)
      .filter(([name, value]) => said.get(name) !== value)
      .map(([name, value]) => `its content security policy does not say ${name} ${value}`)
  })
  return holes.toSorted((a, b) => a.length - b.length)[0] ?? []
}
