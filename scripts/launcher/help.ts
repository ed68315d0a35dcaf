import type { Settings } from '@kez-chat/runtime'

/** The text of `--help`: every setting with its flag, its variable, what it means and its default. */
export const helpText = (settings: Settings): string => {
  const entries = Object.values(settings)
    .sort((a, b) => a.flag.localeCompare(b.flag))
    .map((setting) => {
      const fallback = setting.default === undefined ? '' : ` Default: ${setting.default}`
      return `  ${setting.flag}\n  ${setting.env}\n      ${wrap(`${setting.description}${fallback}`, 90).join('\n      ')}\n`
    })
  return `Starts a kez-chat home server: NATS, Postgres, the services and the web app.

  npm start [-- flags]

Each setting is a flag or an environment variable; a flag wins. Example:

  npm start -- --bind 127.0.0.1:6969 --server chat.example.org

${entries.join('\n')}
  --help
      This text.
`
}

const wrap = (text: string, width: number): string[] => {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
