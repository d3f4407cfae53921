# The service as an image: `docker build -t verhulst .`
# On a GPU node: `docker run --gpus all -p 8000:8000 -p 8001:8001 -p 8002:8002 verhulst`; without a GPU leave `--gpus all` out.
# The kernels are PTX that the node's driver compiles, so the image needs no CUDA of its own.
# Settings are arguments or environment variables (docs/configuration.md), more flags for the JVM go into JDK_JAVA_OPTIONS.
# It runs on a read-only root with a writable /tmp: `docker run --read-only --tmpfs /tmp ...`
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-25
ARG RUNTIME_IMAGE=eclipse-temurin:25-jre

FROM ${BUILD_IMAGE} AS build
WORKDIR /source
COPY . .
# Unpacked it starts sooner than as one jar; JCuda's library is unpacked so that it needs no writable directory.
RUN --mount=type=cache,target=/root/.m2/repository \
    mvn -q -B -ntp -pl service -am -DskipTests package \
    && jdk=$(.mvn/find-jdk) \
    && mv service/target/service-*-application.jar application.jar \
    && "$jdk/bin/java" -Djarmode=tools -jar application.jar extract --destination /verhulst \
    && mkdir /verhulst/natives \
    && cd /verhulst/natives \
    && "$jdk/bin/jar" xf ../lib/jcuda-natives-*-linux-x86_64.jar lib \
    && mv lib/libJCudaDriver-*.so . \
    && rm -r lib

FROM ${RUNTIME_IMAGE}
# Read by NVIDIA's container runtime: it mounts the node's driver, which is all that the kernels need.
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
COPY --from=build /verhulst /verhulst
USER 10001:10001
WORKDIR /verhulst
EXPOSE 8000 8001 8002
HEALTHCHECK --interval=10s --timeout=2s --start-period=30s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/localhost/${SERVER_PORT:-8000} && printf 'GET /v2/health/live HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ $status = 200 ]"]
ENTRYPOINT ["java", "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", \
    "--sun-misc-unsafe-memory-access=allow", "-Djava.library.path=/verhulst/natives", "-jar", "application.jar"]
