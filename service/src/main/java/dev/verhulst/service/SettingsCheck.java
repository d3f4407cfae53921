package dev.verhulst.service;

import dev.verhulst.service.lifecycle.StartException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Refuses settings that nothing reads: a misspelt one would have no effect, and nobody would know.
 * Environment variables are left alone, since Kubernetes sets some of its own for a service of that
 * name ({@code VERHULST_PORT}).
 */
final class SettingsCheck implements SmartInitializingSingleton {

  private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("verhulst");

  private final ListableBeanFactory beans;
  private final Environment environment;
  private final ApplicationArguments arguments;

  SettingsCheck(
      ListableBeanFactory beans, Environment environment, ApplicationArguments arguments) {
    this.beans = beans;
    this.environment = environment;
    this.arguments = arguments;
  }

  @Override
  public void afterSingletonsInstantiated() {
    List<String> strays = arguments.getNonOptionArgs();
    if (!strays.isEmpty()) {
      throw new StartException(
          "the argument '"
              + strays.getFirst()
              + "' is no setting; settings are given as --name=value");
    }
    Collection<Object> properties =
        beans.getBeansWithAnnotation(ConfigurationProperties.class).values();
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      if (source instanceof IterableConfigurationPropertySource settings
          && !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)) {
        settings.stream()
            .filter(ROOT::isAncestorOf)
            .filter(name -> properties.stream().noneMatch(each -> reads(each, name)))
            .findFirst()
            .ifPresent(name -> refuse(name, properties));
      }
    }
  }

  private static void refuse(ConfigurationPropertyName unknown, Collection<Object> properties) {
    List<ConfigurationPropertyName> all =
        properties.stream()
            .flatMap(each -> names(each.getClass(), prefix(each)))
            .filter(ROOT::isAncestorOf)
            .toList();
    ConfigurationPropertyName parent = unknown.getParent();
    while (all.stream().noneMatch(parent::isAncestorOf)) {
      parent = parent.getParent();
    }
    int depth = parent.getNumberOfElements() + 1;
    String known =
        all.stream()
            .filter(parent::isAncestorOf)
            .map(name -> name.getNumberOfElements() == depth ? name + "" : name.chop(depth) + ".*")
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    throw new StartException(unknown + ": there is no such setting; there are " + known);
  }

  private static ConfigurationPropertyName prefix(Object properties) {
    ConfigurationProperties annotation =
        AnnotatedElementUtils.getMergedAnnotation(
            properties.getClass(), ConfigurationProperties.class);
    return annotation == null
        ? ConfigurationPropertyName.EMPTY
        : ConfigurationPropertyName.of(annotation.prefix());
  }

  private static boolean reads(Object properties, ConfigurationPropertyName name) {
    ConfigurationPropertyName prefix = prefix(properties);
    return prefix.isAncestorOf(name)
        && reads(properties.getClass(), name, prefix.getNumberOfElements());
  }

  /** Whether a type takes what the elements of a name from {@code index} on name. */
  private static boolean reads(Type type, ConfigurationPropertyName name, int index) {
    if (index == name.getNumberOfElements()) {
      return true;
    }
    if (type instanceof ParameterizedType collection) {
      // A map's key or a list's index can be anything.
      Type[] types = collection.getActualTypeArguments();
      return reads(types[types.length - 1], name, index + 1);
    }
    return components(type)
        .filter(
            component -> component.getName().equalsIgnoreCase(name.getElement(index, Form.UNIFORM)))
        .anyMatch(component -> reads(component.getGenericType(), name, index + 1));
  }

  private static Stream<ConfigurationPropertyName> names(
      Class<?> type, ConfigurationPropertyName prefix) {
    return components(type)
        .flatMap(
            component -> {
              ConfigurationPropertyName name =
                  prefix.append(DataObjectPropertyName.toDashedForm(component.getName()));
              return component.getType().isRecord()
                  ? names(component.getType(), name)
                  : Stream.of(name);
            });
  }

  private static Stream<RecordComponent> components(Type type) {
    return type instanceof Class<?> record && record.isRecord()
        ? Arrays.stream(record.getRecordComponents())
        : Stream.empty();
  }
}
