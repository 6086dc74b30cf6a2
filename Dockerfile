# Two images, of one build, and one to try things in:
#
#   --target slurm-banking            for Slurm's pods and nodes: sidecar, plugins for Slurm's releases, install, select
#   --target slurm-banking-operator   operator and bank
#   --target cluster                  Debian's Slurm with all of ours, built on the .NET runtime: compose.yaml's
#
# `make image` builds the first two. What can be pinned are arguments, so that a site names its own mirrors and digests:
#
#   BASE             Debian 12 to build on and to run on: no binary then needs more than glibc 2.34, which Rocky 9 has
#   DOTNET           an image with the .NET SDK in /usr/share/dotnet
#   SLURM_RELEASES   "all" of eng/slurm-releases, or some: "25.11.1 25.11.2"; "installed": Debian's
#   SLURM_GIT        repository that has Slurm's releases, whose headers the plugins are compiled with
#   VERSION, REVISION, CREATED   for the labels
ARG BASE=docker.io/library/debian:bookworm-slim
ARG DOTNET=mcr.microsoft.com/dotnet/sdk:10.0

FROM ${DOTNET} AS dotnet

FROM ${BASE} AS build
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
        binutils ca-certificates gcc git libc6-dev libssl3 libstdc++6 zlib1g-dev \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
COPY --from=dotnet /usr/share/dotnet /usr/share/dotnet
ENV PATH=/usr/share/dotnet:$PATH DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 \
    NUGET_PACKAGES=/nuget
WORKDIR /source
COPY . .
RUN eng/publish.sh operator bank
ARG SLURM_RELEASES=all
ARG SLURM_GIT=https://github.com/SchedMD/slurm.git
RUN eng/stage.sh /slurm-banking
# For whoever lists what is in the images: apt's packages are found as always, NuGet's are linked into the executables.
RUN for project in sidecar plugins/Hooks operator bank; do \
        dotnet list "$project" package --include-transitive --format json >"/packages-$(basename "$project").json"; \
    done

FROM ${BASE} AS run
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends ca-certificates libssl3 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*

FROM run AS slurm-banking
COPY --from=build /slurm-banking /slurm-banking
COPY --from=build /packages-sidecar.json /packages-Hooks.json /usr/share/doc/slurm-banking/
COPY LICENSE /usr/share/doc/slurm-banking/
COPY LICENSES /usr/share/doc/slurm-banking/LICENSES
ARG VERSION REVISION CREATED
LABEL org.opencontainers.image.title="slurm-banking" \
      org.opencontainers.image.description="Sidecar and plugins that charge Slurm's jobs to a bank" \
      org.opencontainers.image.licenses="Apache-2.0 AND GPL-2.0-or-later" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
# Uid and gid of Slurm's own user in the images of Slinky's operator.
USER 401:401
ENTRYPOINT ["/slurm-banking/sidecar/sidecar"]

FROM run AS slurm-banking-operator
COPY --from=build /source/artifacts/publish/operator /app/operator
COPY --from=build /source/artifacts/publish/bank /app/bank
COPY --from=build /packages-operator.json /packages-bank.json /usr/share/doc/slurm-banking/
COPY LICENSE /usr/share/doc/slurm-banking/
RUN ln -s /app/operator/operator /app/bank/bank /usr/local/bin/
ARG VERSION REVISION CREATED
LABEL org.opencontainers.image.title="slurm-banking-operator" \
      org.opencontainers.image.description="Kubernetes operator and bank of slurm-banking" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
USER 65532:65532
ENTRYPOINT ["/app/operator/operator"]

FROM ${BASE} AS cluster
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
        binutils ca-certificates curl gcc libc6-dev libslurm-dev libssl3 libstdc++6 munge procps slurm-client slurmctld slurmd zlib1g-dev \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
COPY --from=dotnet /usr/share/dotnet /usr/share/dotnet
ENV PATH=/usr/share/dotnet:$PATH DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 \
    NUGET_PACKAGES=/nuget
WORKDIR /source
# What changes least takes longest.
COPY .editorconfig Directory.Build.props Directory.Packages.props global.json ./
COPY eng eng
COPY spec spec
COPY plugins plugins
RUN eng/build-plugins.sh
COPY . .
RUN eng/build.sh sidecar bank cli && ln -s /source/artifacts/bin/bank /source/artifacts/bin/sbank /usr/local/bin/
