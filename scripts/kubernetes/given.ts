import { faultsOfGiven, variablesOf } from '../deployed-settings.ts'
import { otherVariables } from '../documents/other-variables.ts'
import { services } from '../launcher/services.ts'
import { environmentOf, isOurs, type KubernetesDocument, settingsIn, workloadsIn } from './documents.ts'

const ofNode = 'NODE_OPTIONS'
const ofServices = services.flatMap(({ settings }) => variablesOf(settings))
const ofCommands = otherVariables.flatMap(({ title, variables }) =>
  title === 'Of the command line' ? Object.keys(variables) : [],
)

/** Whether every service is given what its own settings ask for, in values that they take, and nothing that nobody reads. */
export const settingFaults = (documents: readonly KubernetesDocument[]): string[] => {
  const shared = Object.keys(settingsIn(documents))
  const unknown = shared.filter((env) => env !== ofNode && !ofServices.includes(env))
  const workloads = workloadsIn(documents)
  const ofOurs = services.flatMap(({ name, settings }) => {
    const container = workloads.find((workload) => workload.name === name)?.pod.containers[0]
    if (!container) return [`${name}: there is no Deployment`]
    const own = (container.env ?? []).map((variable) => variable.name)
    const known = [...variablesOf(settings), ofNode]
    return [
      ...own.filter((env) => !known.includes(env)).map((env) => `${name}: ${env} is none of its settings`),
      ...faultsOfGiven(settings, environmentOf(documents, container)).map((fault) => `${name}: ${fault}`),
    ]
  })
  const others = workloads.filter(({ name }) => !services.some((service) => service.name === name))
  const ofOperators = others.flatMap(({ name, pod }) =>
    pod.containers.filter(isOurs).flatMap(({ env = [] }) => {
      const known = [...ofServices, ...ofCommands]
      return env.filter((one) => !known.includes(one.name)).map((one) => `${name}: nobody reads ${one.name}`)
    }),
  )
  return [...unknown.map((env) => `settings: nobody reads ${env}`), ...ofOurs, ...ofOperators]
}
