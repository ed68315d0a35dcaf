import { parseArgs } from 'node:util'
import { makePlan } from './make-plan.ts'
import { plants } from './plants/plants.ts'
import { report } from './report.ts'
import { makeCryptoSerial } from './serial-crypto.ts'
import { shrink } from './shrink.ts'
import { runWorld } from './world.ts'

const usage = `npm run simulate -- [options]
  --seed N            where to begin (a random one, which is printed)
  --conversations N   how many at least (1000)
  --hours N           for how long things go wrong in each world (6)
  --people N          at most, in each world (6)
  --plant NAME        with a planted bug: ${[...plants.keys()].join(', ')}`

const read = () => {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      conversations: { type: 'string', default: '1000' },
      hours: { type: 'string', default: '6' },
      people: { type: 'string', default: '6' },
      plant: { type: 'string' },
    },
  })
  const whole = (name: string, text: string, least: number, most: number): number => {
    const value = Number(text)
    if (!Number.isSafeInteger(value) || value < least || value > most) throw new Error(`--${name}: ${least} to ${most}`)
    return value
  }
  const plant = values.plant === undefined ? undefined : plants.get(values.plant)
  if (values.plant !== undefined && !plant) throw new Error(`there is no plant "${values.plant}"`)
  return {
    seed: whole('seed', values.seed ?? String(Date.now() % 1_000_000), 0, Number.MAX_SAFE_INTEGER),
    conversations: whole('conversations', values.conversations, 1, 1_000_000),
    hours: whole('hours', values.hours, 1, 48),
    mostPeople: whole('people', values.people, 2, 6),
    plant,
    plantName: values.plant,
  }
}

const options = (() => {
  try {
    return read()
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`)
    process.exit(2)
  }
})()

const { hours, mostPeople, plant, plantName } = options
const planOf = (seed: number) =>
  makePlan(seed, { hours, mostPeople, mostMessages: 3, ...(plant?.ways ? { ways: plant.ways } : {}) })
const crypto = makeCryptoSerial()
const began = performance.now()
const done = { worlds: 0, conversations: 0, messages: 0, hours: 0 }
console.log(`seed ${options.seed}`)

for (let seed = options.seed; done.conversations < options.conversations; seed++) {
  const outcome = await runWorld(planOf(seed), crypto, plant)
  if (outcome.broken) {
    console.log(`world ${seed} breaks a promise; looking for the shortest way there …`)
    const again = `npm run simulate -- --seed ${seed} --conversations 1 --hours ${hours} --people ${mostPeople}`
    console.log(report(await shrink(outcome, crypto, plant), `${again}${plantName ? ` --plant ${plantName}` : ''}`))
    process.exit(1)
  }
  done.worlds += 1
  done.conversations += outcome.conversations
  done.messages += outcome.messages
  done.hours += outcome.lasted / 3_600_000
  if (done.worlds % 10 === 0) {
    const seconds = (performance.now() - began) / 1_000
    console.log(
      `${done.worlds} worlds, ${done.conversations} conversations, ${done.messages} messages, ${seconds.toFixed(0)} s`,
    )
  }
}

const seconds = (performance.now() - began) / 1_000
console.log(
  `${done.conversations} conversations with ${done.messages} messages in ${done.worlds} worlds kept every promise ` +
    `(${done.hours.toFixed(0)} hours in ${seconds.toFixed(0)} s, seeds ${options.seed} to ${options.seed + done.worlds - 1})`,
)
