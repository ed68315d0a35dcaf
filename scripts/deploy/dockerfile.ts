import { readFileSync } from 'node:fs'

export type Instruction = {
  /** Upper case, e.g. `COPY`. */
  readonly name: string
  /** Flags in front, e.g. `{ from: 'app' }`. */
  readonly flags: Readonly<Record<string, string>>
  readonly text: string
}

export type Stage = { readonly name: string; readonly base: string; readonly instructions: readonly Instruction[] }

/** A Dockerfile of ours does not have the shape that is read here; the message names the line. */
export class DockerfileError extends Error {
  override readonly name = 'DockerfileError'
}

const known = new Set(['ARG', 'FROM', 'WORKDIR', 'COPY', 'RUN', 'ENV', 'LABEL', 'USER', 'HEALTHCHECK', 'ENTRYPOINT'])

const instructionsOf = (text: string): Instruction[] => {
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line))
  const joined = lines.join('\n').replace(/\\\n\s*/g, ' ')
  return joined.split('\n').map((line) => {
    const [, name = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line.trim()) ?? []
    if (!known.has(name)) throw new DockerfileError(`not understood: ${line}`)
    const flags: Record<string, string> = {}
    const body = rest.replace(/^(--[a-z]+=\S+\s+)+/, (all) => {
      for (const [, flag = '', value = ''] of all.matchAll(/--([a-z]+)=(\S+)/g)) flags[flag] = value
      return ''
    })
    return { name, flags, text: body }
  })
}

/** The stages of a Dockerfile in order; `ARG`s before the first one are put in with their defaults. */
export const readDockerfile = (path: string): Stage[] => {
  const args = new Map<string, string>()
  const stages: { name: string; base: string; instructions: Instruction[] }[] = []
  for (const instruction of instructionsOf(readFileSync(path, 'utf8'))) {
    const { name, text } = instruction
    const current = stages.at(-1)
    if (name === 'FROM') {
      const [, base = '', stage = ''] = /^(\S+) AS ([a-z-]+)$/.exec(text) ?? []
      if (stage === '') throw new DockerfileError(`a stage without a name: FROM ${text}`)
      stages.push({
        name: stage,
        base: base.replace(/\$\{(\w+)\}/g, (_, key) => args.get(key) ?? ''),
        instructions: [],
      })
    } else if (current) current.instructions.push(instruction)
    else if (name === 'ARG') args.set(...(text.split('=', 2) as [string, string]))
    else throw new DockerfileError(`${name} before the first stage`)
  }
  return stages
}
