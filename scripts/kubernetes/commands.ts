import { parseOptions } from '../../cli/src/args/parse-options.ts'
import { createCommands } from '../../cli/src/commands/index.ts'
import { findCommand } from '../../cli/src/find-command.ts'
import { services } from '../launcher/services.ts'
import { type Container, isOurs, type KubernetesDocument, type Workload, workloadsIn } from './documents.ts'

const commands = createCommands()

const ofContainer = ({ name }: Workload, { args = [], command }: Container): string[] => {
  const [part, ...rest] = args
  if (services.some((service) => service.name === part)) return []
  // The operator's pod sleeps, and is given its commands by hand.
  if (command && args.length === 0) return []
  if (part !== 'kez') return [`${name}: the image has no part ${part}`]
  try {
    const found = findCommand(rest, commands)
    if (found.kind !== 'command') return [`${name}: "${args.join(' ')}" is no whole command`]
    const given = parseOptions(found.rest, found.command.options).args
    const needed = found.command.args.filter(({ optional }) => !optional)
    const wrong = found.command.args.find(({ choices }, index) => {
      const word = given[index]
      return word !== undefined && choices && !choices.includes(word)
    })
    return given.length >= needed.length && !wrong
      ? []
      : [`${name}: "${args.join(' ')}" is not how that command is called`]
  } catch (error) {
    return [`${name}: ${error instanceof Error ? error.message : String(error)}`]
  }
}

/** Whether what pods of our image run is there: a service, or a command of `kez` with options that it knows. */
export const commandFaults = (documents: readonly KubernetesDocument[]): string[] =>
  workloadsIn(documents).flatMap((workload) =>
    workload.pod.containers.filter(isOurs).flatMap((container) => ofContainer(workload, container)),
  )
