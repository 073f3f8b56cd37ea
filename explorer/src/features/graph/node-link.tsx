import { useSearchParams } from 'react-router'
import { TextLink } from '../../ui/text-link.tsx'
import { graphPath, readGraphView } from '../../url.ts'

/** A link to another node, which keeps the search as it is. */
export const NodeLink = ({ id, name }: { id: string; name: string }) => {
  const [params] = useSearchParams()
  return <TextLink to={graphPath({ ...readGraphView(params), node: id })}>{name}</TextLink>
}
