package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.activation.Fp16Lanes;
import dev.verhulst.kernels.activation.Lanes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attribute;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.PseudoInstruction;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the class of an activation's loops: a copy of a template in which the calls to {@link
 * Lanes} are replaced by the bytecode of the activation's own methods, and so on for the static
 * methods of this project that those call.
 *
 * <p>Why not leave that to the JIT compiler? It inlines a method of ours only while its budget
 * lasts and only if it has not compiled the method by itself before; where it declines, every
 * vector is boxed, and the loop is up to forty times slower for the life of the process, in some
 * runs and not in others. In a flat loop there is nothing to decline: what it still calls are the
 * Vector API's methods, which are always inlined.
 */
final class LoopWeaver {

  private static final String OURS = "dev/verhulst/kernels/";
  private static final String LANES = internalName(Lanes.class);
  private static final String FP16_LANES = internalName(Fp16Lanes.class);

  private final Class<?> template;
  private final @Nullable Class<?> operator;
  private final ClassFile classFile;
  private final Map<String, ClassModel> models = new HashMap<>();

  private LoopWeaver(Class<?> template, @Nullable Class<?> operator) {
    this.template = template;
    this.operator = operator;
    classFile =
        ClassFile.of(
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofClassLoading(template.getClassLoader())));
  }

  /**
   * The bytes of the template's copy.
   *
   * @param operator the class whose methods take the place of {@link Lanes}' own; null where the
   *     template calls none
   */
  static byte[] weave(Class<?> template, @Nullable Class<? extends Lanes> operator) {
    LoopWeaver weaver = new LoopWeaver(template, operator);
    return weaver.classFile.transformClass(
        weaver.model(template.getName().replace('.', '/')),
        ClassTransform.transformingMethods(
            (builder, element) -> {
              if (element instanceof CodeModel code && !isInitializer(code)) {
                int free = ((CodeAttribute) code).maxLocals();
                builder.transformCode(code, weaver.replaceCalls(free));
              } else {
                builder.with(element);
              }
            }));
  }

  /** Constants are computed once; that may take a call. */
  private static boolean isInitializer(CodeModel code) {
    return code.parent().orElseThrow().methodName().equalsString(ConstantDescs.CLASS_INIT_NAME);
  }

  private CodeTransform replaceCalls(int freeSlot) {
    return (builder, element) -> {
      if (element instanceof InvokeInstruction call && isOurs(call)) {
        inline(builder, call, freeSlot);
      } else {
        builder.with(element);
      }
    };
  }

  private boolean isOurs(InvokeInstruction call) {
    String owner = call.owner().asInternalName();
    return isLanes(owner)
        || (call.opcode() == Opcode.INVOKESTATIC && owner.startsWith(OURS))
        || (operator != null && owner.equals(internalName(operator)) && !isAccessor(call));
  }

  private static boolean isLanes(String owner) {
    return owner.equals(LANES) || owner.equals(FP16_LANES);
  }

  private Class<?> operator() {
    if (operator == null) {
      throw new IllegalStateException(
          "this is a bug: " + template.getName() + " calls an operator, but is given none");
    }
    return operator;
  }

  private boolean isAccessor(InvokeInstruction call) {
    return call.typeSymbol().parameterCount() == 0;
  }

  private void inline(CodeBuilder builder, InvokeInstruction call, int freeSlot) {
    String owner = call.owner().asInternalName();
    MethodModel method = method(isLanes(owner) ? internalName(operator()) : owner, call);
    CodeAttribute code = (CodeAttribute) method.code().orElseThrow();
    boolean isStatic = call.opcode() == Opcode.INVOKESTATIC;
    storeArguments(builder, call.typeSymbol(), isStatic, freeSlot);

    int nextFreeSlot = freeSlot + code.maxLocals();
    Map<Label, Label> labels = new HashMap<>();
    Label end = builder.newLabel();
    List<CodeElement> elements = code.elementList();
    int last = lastInstruction(elements);
    for (int i = 0; i < elements.size(); i++) {
      switch (elements.get(i)) {
        case LoadInstruction load -> builder.loadLocal(load.typeKind(), load.slot() + freeSlot);
        case StoreInstruction store ->
            builder.storeLocal(store.typeKind(), store.slot() + freeSlot);
        case IncrementInstruction increment ->
            builder.iinc(increment.slot() + freeSlot, increment.constant());
        case ReturnInstruction _ -> {
          if (i < last) {
            builder.goto_(end);
          }
        }
        case LabelTarget target ->
            builder.labelBinding(labels.computeIfAbsent(target.label(), _ -> builder.newLabel()));
        case BranchInstruction branch ->
            builder.branch(
                branch.opcode(), labels.computeIfAbsent(branch.target(), _ -> builder.newLabel()));
        case InvokeInstruction inner when isOurs(inner) -> inline(builder, inner, nextFreeSlot);
        case FieldInstruction field when field.opcode() == Opcode.GETFIELD ->
            builder.invokevirtual(
                typeOf(operator()),
                field.name().stringValue(),
                MethodTypeDesc.of(field.typeSymbol()));
        case PseudoInstruction _, Attribute<?> _ -> {}
        case CodeElement other -> builder.with(other);
      }
    }
    builder.labelBinding(end);
  }

  private void storeArguments(
      CodeBuilder builder, MethodTypeDesc type, boolean isStatic, int freeSlot) {
    int slot = freeSlot + (isStatic ? 0 : 1);
    for (int i = 0; i < type.parameterCount(); i++) {
      slot += TypeKind.from(type.parameterType(i)).slotSize();
    }
    for (int i = type.parameterCount() - 1; i >= 0; i--) {
      TypeKind kind = TypeKind.from(type.parameterType(i));
      slot -= kind.slotSize();
      builder.storeLocal(kind, slot);
    }
    if (!isStatic) {
      builder.checkcast(typeOf(operator()));
      builder.astore(freeSlot);
    }
  }

  private static int lastInstruction(List<CodeElement> elements) {
    int last = elements.size() - 1;
    while (!(elements.get(last) instanceof ReturnInstruction)) {
      last--;
    }
    return last;
  }

  private MethodModel method(String owner, InvokeInstruction call) {
    return declared(owner, call)
        .or(() -> declared(LANES, call))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "this is a bug: " + owner + " has no " + call.name().stringValue()));
  }

  private Optional<MethodModel> declared(String owner, InvokeInstruction call) {
    return model(owner).methods().stream()
        .filter(
            method ->
                method.methodName().equalsString(call.name().stringValue())
                    && method.methodType().equalsString(call.type().stringValue()))
        .findFirst();
  }

  private ClassModel model(String internalName) {
    return models.computeIfAbsent(internalName, this::read);
  }

  private ClassModel read(String internalName) {
    String resource = "/" + internalName + ".class";
    try (InputStream stream = template.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("this is a bug: there is no " + resource);
      }
      return classFile.parse(stream.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ClassDesc typeOf(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }

  private static String internalName(Class<?> type) {
    return type.getName().replace('.', '/');
  }
}
