# One image for every process of a distributed Mothership; the command says which one:
#   node --import tsx gateway/src/main.ts
#   node --import tsx subgraphs/{ontology,directive,task,agent}/src/main.ts
#   node --import tsx agents/math/src/main.ts
FROM node:20-slim AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY platform/package.json platform/
COPY prisma/package.json prisma/
COPY subgraphs/ontology/package.json subgraphs/ontology/
COPY subgraphs/directive/package.json subgraphs/directive/
COPY subgraphs/task/package.json subgraphs/task/
COPY subgraphs/agent/package.json subgraphs/agent/
COPY gateway/package.json gateway/
COPY agents/sdk/package.json agents/sdk/
COPY agents/math/package.json agents/math/
COPY explorer/package.json explorer/
COPY e2e/package.json e2e/
COPY bench/package.json bench/

# Generates what is not in git, and builds the explorer.
FROM manifests AS build
RUN npm ci
COPY . .
RUN npm run generate && npm run build

# What runs: nothing of the explorer's (it is built) or of the tests', and of the build's tools only what npm takes for peers
# of Prisma's client: prisma and typescript.
FROM manifests AS dependencies
RUN npm ci --omit=dev --include-workspace-root --workspace gateway --workspace agents/math

FROM node:20-slim
WORKDIR /app
COPY --from=dependencies /app ./
COPY --from=build /app/platform/src platform/src
COPY --from=build /app/prisma/generated prisma/generated
COPY --from=build /app/prisma/migrations prisma/migrations
COPY --from=build /app/subgraphs subgraphs
COPY --from=build /app/gateway/supergraph.graphql gateway/
COPY --from=build /app/gateway/src gateway/src
COPY --from=build /app/agents/sdk/src agents/sdk/src
COPY --from=build /app/agents/math/src agents/math/src
COPY --from=build /app/explorer/dist explorer/dist
COPY LICENSE ./
# The image's own account without rights; nothing in /app is its to write.
USER node
CMD ["node", "--import", "tsx", "gateway/src/main.ts"]
