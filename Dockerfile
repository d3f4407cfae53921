# The service as an image: `docker build -t verhulst .`
# On a GPU node: `docker run --gpus all -p 8000:8000 -p 8002:8002 verhulst`; without a GPU leave `--gpus all` out.
# The kernels are PTX that the node's driver compiles, so the image needs no CUDA of its own.
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-25
ARG RUNTIME_IMAGE=eclipse-temurin:25-jre

FROM ${BUILD_IMAGE} AS build
WORKDIR /source
COPY . .
RUN mvn -q -B -ntp -pl service -am -DskipTests package \
    && mv service/target/service-*-application.jar application.jar \
    && "$(.mvn/find-jdk)/bin/java" -Djarmode=tools -jar application.jar extract --destination /verhulst \
    && mkdir /verhulst/natives \
    && cd /verhulst/natives \
    && "$(/source/.mvn/find-jdk)/bin/jar" xf ../lib/jcuda-natives-*-linux-x86_64.jar lib \
    && mv lib/*.so . \
    && rm -r lib

FROM ${RUNTIME_IMAGE}
# Read by NVIDIA's container runtime: it mounts the node's driver, which is all that the kernels need.
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
COPY --from=build /verhulst /verhulst
USER 10001:10001
WORKDIR /verhulst
EXPOSE 8000 8002
ENTRYPOINT ["java", "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", \
    "-Djava.library.path=/verhulst/natives", "-jar", "application.jar"]
