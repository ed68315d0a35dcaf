/** A container as `docker compose ps --all --format json` tells of it. */
type Container = {
  readonly Service: string
  readonly State: string
  readonly Health: string
  readonly ExitCode: number
}

export type Health = { readonly state: 'healthy' | 'waiting' | 'broken'; readonly trouble: readonly string[] }

const containersIn = (output: string): Container[] => {
  const text = output.trim()
  if (text === '') return []
  // One array, or one object a line, by the version of compose.
  const values: unknown[] = text.startsWith('[') ? JSON.parse(text) : text.split('\n').map((line) => JSON.parse(line))
  return values.map((value) => {
    const { Service = '', State = '', Health = '', ExitCode = 0 } = value as Partial<Container>
    return { Service, State, Health, ExitCode }
  })
}

const isWell = ({ Service, State, Health, ExitCode }: Container): boolean =>
  Service === 'init'
    ? State === 'exited' && ExitCode === 0
    : State === 'running' && (Health === '' || Health === 'healthy')

const isLost = ({ Service, State, ExitCode }: Container): boolean =>
  State === 'dead' || (State === 'exited' && (Service !== 'init' || ExitCode !== 0))

const tell = ({ Service, State, Health, ExitCode }: Container): string =>
  `${Service}: ${State}${Health ? `, ${Health}` : ''}${State === 'exited' ? ` (${ExitCode})` : ''}`

/** What the containers of a release say together. `wanted` are the services that must be among them. */
export const judgeHealth = (output: string, wanted: readonly string[]): Health => {
  const containers = containersIn(output)
  const missing = wanted.filter((name) => !containers.some(({ Service }) => Service === name))
  const unwell = containers.filter((container) => !isWell(container))
  const trouble = [...unwell.map(tell), ...missing.map((name) => `${name}: not there`)]
  if (trouble.length === 0) return { state: 'healthy', trouble }
  return { state: unwell.some(isLost) ? 'broken' : 'waiting', trouble }
}
