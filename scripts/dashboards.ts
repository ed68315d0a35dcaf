import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { auth } from './dashboards/auth.ts'
import { type DashboardSpec, dashboard } from './dashboards/dashboard.ts'
import { delivery } from './dashboards/delivery.ts'
import { jetstream } from './dashboards/jetstream.ts'
import { overview } from './dashboards/overview.ts'
import { push } from './dashboards/push.ts'
import { relays } from './dashboards/relays.ts'

const folder = join(import.meta.dirname, '..', 'deploy', 'grafana', 'provisioning', 'dashboards')

export const dashboardSpecs: readonly DashboardSpec[] = [overview, jetstream, delivery, push, relays, auth]

const fileOf = ({ uid }: DashboardSpec): string => join(folder, `${uid.replace('kez-chat-', '')}.json`)

/** Each dashboard as it should be, with the file that it is in. */
export const dashboardFiles = (): { file: string; spec: DashboardSpec; text: string }[] =>
  dashboardSpecs.map((spec) => ({
    file: fileOf(spec),
    spec,
    text: `${JSON.stringify(dashboard(spec, dashboardSpecs), null, 2)}\n`,
  }))

export const savedDashboard = (file: string): string => readFileSync(file, 'utf8')

if (import.meta.main) for (const { file, text } of dashboardFiles()) writeFileSync(file, text)
