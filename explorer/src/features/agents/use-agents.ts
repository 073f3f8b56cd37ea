import { useQuery, useSubscription } from '@apollo/client/react'
import { AgentUpdatesDocument, AgentsDocument } from '../../generated/graphql.ts'
import { isReading, readAfresh } from '../../ui/read-afresh.ts'

/** The fleet, kept up to date: an agent that is known changes in the cache by its id, a new one joins the list. */
export const useAgents = () => {
  const { data, error, refetch, observable } = useQuery(AgentsDocument)
  const live = useSubscription(AgentUpdatesDocument, {
    onData: ({ client, data: { data: arrived } }) => {
      const agent = arrived?.agentUpdates.agent
      if (!agent) return
      if (isReading(observable)) void readAfresh(observable)
      client.cache.updateQuery({ query: AgentsDocument }, (list) => {
        if (!list || list.agents.nodes.some(({ id }) => id === agent.id)) return undefined
        return { agents: { ...list.agents, nodes: [...list.agents.nodes, agent] } }
      })
    },
  })
  return { agents: data?.agents.nodes ?? null, error: error ?? live.error, retry: () => void refetch() }
}
