package dev.verhulst.service.grpc;

import dev.verhulst.grpc.protocol.LogSettingsRequest;
import dev.verhulst.grpc.protocol.LogSettingsResponse;
import dev.verhulst.grpc.protocol.LogSettingsResponse.SettingValue;
import java.util.HashMap;
import java.util.Map;

/** What the server logs, as messages. */
final class LogSettingsMessages {

  private LogSettingsMessages() {}

  /** A setting without a value is given as its empty message, which no setting takes. */
  static Map<String, Object> changes(LogSettingsRequest request) {
    Map<String, Object> changes = new HashMap<>();
    request
        .getSettingsMap()
        .forEach(
            (name, value) ->
                changes.put(
                    name,
                    switch (value.getParameterChoiceCase()) {
                      case BOOL_PARAM -> value.getBoolParam();
                      case UINT32_PARAM -> Integer.toUnsignedLong(value.getUint32Param());
                      case STRING_PARAM -> value.getStringParam();
                      case PARAMETERCHOICE_NOT_SET -> value;
                    }));
    return changes;
  }

  static LogSettingsResponse of(Map<String, Object> settings) {
    LogSettingsResponse.Builder response = LogSettingsResponse.newBuilder();
    settings.forEach(
        (name, value) -> {
          SettingValue.Builder message = SettingValue.newBuilder();
          if (value instanceof Boolean bool) {
            message.setBoolParam(bool);
          } else if (value instanceof Long number) {
            message.setUint32Param(number.intValue());
          } else {
            message.setStringParam(value.toString());
          }
          response.putSettings(name, message.build());
        });
    return response.build();
  }
}
