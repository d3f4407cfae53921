package dev.verhulst.chart;

/** The values of installations that differ in what they ask for. */
enum Installation {
  DEFAULT(""),
  GPU(
      """
      gpu: {enabled: true, runtimeClassName: nvidia, nodeSelector: {nvidia.com/gpu.present: "true"}}
      nodeSelector: {kubernetes.io/arch: amd64}
      tolerations: [{key: dedicated, operator: Equal, value: inference, effect: NoExecute, tolerationSeconds: 60}]
      rollout: {maxSurge: 0, maxUnavailable: 1}
      """),
  TLS("tls: {enabled: true, secretName: certificates}"),
  MUTUAL_TLS("tls: {enabled: true, secretName: certificates, clientCertificates: need}"),
  API_KEYS("apiKeys: {secretName: keys}"),
  SETTINGS_MODELS_AND_API_KEYS(
      """
      settings:
        warm-up: [sigmoid, tanh]
        http: {max-body-size: 64MB}
        memory: {budget: 256MB, wait-timeout: 2s}
        batching: {max-queue-size: 64, preferred-batch-sizes: [8, 16], default-timeout: 5s}
        models: {sigmoid: {batching: {max-queue-delay-microseconds: 200}}}
        strict-readiness: true
      javaOptions: -XX:MaxRAMPercentage=40
      modelRepository:
        models:
          steep_leaky: {operator: leaky_relu, parameters: {alpha: 0.25}}
          gate: {operator: silu}
      apiKeys: {secretName: keys}
      """),
  MUTUAL_TLS_AND_API_KEYS(
      """
      tls: {enabled: true, secretName: certificates, clientCertificates: need}
      apiKeys: {secretName: keys}
      """),
  MODELS_OF_A_CLAIM("modelRepository: {claimName: models, subPath: production}"),
  MODELS_OF_AN_IMAGE(
      """
      modelRepository:
        fetch:
          image: registry.example/fetch
          command: [sh, -c]
          args: ["cp -r /published/. /models"]
          env: [{name: FROM, value: bucket}]
          size: 2Gi
      initContainers: [{name: first, image: busybox, command: ["true"]}]
      """),
  KEDA(
      """
      autoscaling:
        enabled: true
        by: keda
        queueMilliseconds: 2
        keda: {prometheusAddress: "http://prometheus.monitoring:9090", authenticationRef: prometheus}
      """),
  SETTINGS(
      """
      settings:
        warm-up: [sigmoid, tanh]
        http: {max-body-size: 64MB}
        memory: {budget: 256MB, wait-timeout: 2s}
        batching: {max-queue-size: 64, preferred-batch-sizes: [8, 16], default-timeout: 5s}
        models: {sigmoid: {batching: {max-queue-delay-microseconds: 200}}}
      javaOptions: -XX:MaxRAMPercentage=40
      extraEnv:
        - {name: TZ, value: UTC}
        - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
      """),
  BARE(
      """
      podDisruptionBudget: {enabled: false}
      serviceAccount: {create: false}
      topologySpread: {whenUnsatisfiable: ""}
      drain: {delaySeconds: 0}
      resources: {}
      image: {digest: "sha256:0000000000000000000000000000000000000000000000000000000000000000"}
      fullnameOverride: scores
      """),
  EVERYTHING(
      """
      replicas: 3
      image: {repository: registry.example/verhulst, tag: "1.2", pullPolicy: Always}
      imagePullSecrets: [{name: registry}]
      gpu: {enabled: true}
      tls: {enabled: true, secretName: certificates, clientCertificates: want}
      service: {type: LoadBalancer, annotations: {example.com/internal: "true"}, ports: {http: 443, grpc: 444, metrics: 9000}}
      autoscaling: {enabled: true, queueMilliseconds: 5, maxReplicas: 4}
      monitoring:
        serviceMonitor: {enabled: true, labels: {release: prometheus}}
        rules: {enabled: true, labels: {release: prometheus}, alertLabels: {team: scores}}
      networkPolicy:
        enabled: true
        clients: [{namespaceSelector: {matchLabels: {name: callers}}}, {ipBlock: {cidr: 10.0.0.0/8}}]
        monitoring: [{namespaceSelector: {}}]
        egress: [{to: [{podSelector: {}}], ports: [{port: 4318, protocol: TCP}]}]
      serviceAccount: {name: scores, annotations: {example.com/role: scores}}
      podAnnotations: {example.com/pod: "1"}
      podLabels: {team: scores}
      priorityClassName: high
      affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: Exists}]}]}}}
      topologySpread: {whenUnsatisfiable: DoNotSchedule}
      extraVolumes: [{name: scratch, emptyDir: {}}]
      extraVolumeMounts: [{name: scratch, mountPath: /scratch}]
      initContainers: [{name: first, image: busybox, command: ["true"]}]
      extraContainers: [{name: beside, image: busybox, command: [sleep, infinity]}]
      """);

  private final String yaml;

  Installation(String yaml) {
    this.yaml = yaml;
  }

  /** The values. */
  String yaml() {
    return yaml;
  }
}
