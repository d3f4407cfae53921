# The service as an image: `docker build -t verhulst .`
# On a GPU node: `docker run --gpus all -p 8000:8000 -p 8001:8001 -p 8002:8002 verhulst`; without a GPU leave `--gpus all` out.
# The kernels are PTX that the node's driver compiles, so the image needs no CUDA of its own. One with cuBLAS 12:
#   docker build -t verhulst-cuda --build-arg RUNTIME_IMAGE=nvidia/cuda:12.6.3-runtime-ubuntu24.04 .
# Settings are arguments or environment variables (docs/configuration.md), more flags for the JVM go into JDK_JAVA_OPTIONS.
# It runs on a read-only root with a writable /tmp: `docker run --read-only --tmpfs /tmp ...`

# Maven and a JDK 25; what the service runs on: glibc, libstdc++, zlib and bash.
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-25
ARG RUNTIME_IMAGE=debian:bookworm-slim
# Where the application comes from: `source` builds it, `prebuilt` takes the one that `mvn package` left in service/target.
ARG APPLICATION=source

FROM ${BUILD_IMAGE} AS source
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/root/.m2/repository \
    mvn -q -B -ntp -pl service -am -DskipTests package \
    && mv service/target/service-*-application.jar /application.jar

FROM ${BUILD_IMAGE} AS prebuilt
COPY service/target/service-*-application.jar /application.jar

FROM ${APPLICATION} AS application
COPY .mvn/find-jdk /
# A Java runtime with the modules that the service uses.
RUN "$(/find-jdk)/bin/jlink" --output /runtime --compress=zip-6 --no-header-files --no-man-pages --generate-cds-archive --add-modules \
java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.prefs,java.scripting,java.security.jgss,java.sql,\
jdk.httpserver,jdk.incubator.vector,jdk.jfr,jdk.management,jdk.naming.dns,jdk.net,jdk.unsupported,jdk.zipfs
COPY service/jvm.options LICENSE /verhulst/
# Unpacked the application starts sooner than as one jar; JCuda's and Snappy's libraries are unpacked so that they need no writable
# directory, or, in /tmp, one that libraries may be loaded from.
RUN "$(/find-jdk)/bin/java" -Djarmode=tools -jar /application.jar extract --force --destination /verhulst \
    && mkdir /verhulst/natives && cd /verhulst/natives \
    && "$(/find-jdk)/bin/jar" xf ../lib/jcuda-natives-*-linux-x86_64.jar lib \
    && "$(/find-jdk)/bin/jar" xf ../lib/jcublas-natives-*-linux-x86_64.jar lib \
    && mv lib/libJCudaDriver-*.so lib/libJCublas2-*.so . && rm -r lib \
    && "$(/find-jdk)/bin/jar" xf ../lib/snappy-java-*.jar org/xerial/snappy/native/Linux/"$(uname -m)"/libsnappyjava.so \
    && mv org/xerial/snappy/native/Linux/*/libsnappyjava.so . && rm -r org \
    && cd /verhulst && "$(/find-jdk)/bin/jar" xf application.jar META-INF/sbom/application.cdx.json \
    && mv META-INF/sbom/application.cdx.json sbom.cdx.json && rm -r META-INF
# The classes as the JVM has them in memory after a start: the next starts begin there (service/pom.xml makes such an archive too).
RUN cd /verhulst && /runtime/bin/java @jvm.options -Djava.library.path=/verhulst/natives -XX:ArchiveClassesAtExit=application.jsa \
    -Dspring.context.exit=onRefresh -jar application.jar

FROM ${RUNTIME_IMAGE}
LABEL org.opencontainers.image.title="Verhulst" \
    org.opencontainers.image.description="Inference server for the sigmoid function and what is built on it" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.documentation="/verhulst/sbom.cdx.json lists what is inside (CycloneDX)"
# Read by NVIDIA's container runtime: it mounts the node's driver, which is all that the kernels need.
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
# Names of models may have any characters; they are names of directories.
ENV JAVA_HOME=/opt/java PATH=/opt/java/bin:$PATH LANG=C.UTF-8
# In the order of how seldom they change.
COPY --from=application /runtime /opt/java
COPY --from=application /verhulst/natives /verhulst/natives
COPY --from=application /verhulst/lib /verhulst/lib
COPY --from=application /verhulst/application.jar /verhulst/application.jsa /verhulst/jvm.options /verhulst/LICENSE /verhulst/sbom.cdx.json /verhulst/
USER 10001:10001
WORKDIR /verhulst
EXPOSE 8000 8001 8002
# 400 is the answer of a port with TLS to whoever speaks without.
HEALTHCHECK --interval=10s --timeout=2s --start-period=30s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/localhost/${SERVER_PORT:-8000} && printf 'GET /v2/health/live HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && { [ $status = 200 ] || [ $status = 400 ]; }"]
ENTRYPOINT ["java", "@jvm.options", "-Djava.library.path=/verhulst/natives", "-Dorg.xerial.snappy.lib.path=/verhulst/natives", \
    "-XX:SharedArchiveFile=/verhulst/application.jsa", "-jar", "application.jar"]
