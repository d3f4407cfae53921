package dev.verhulst.heads.command;

import dev.verhulst.heads.calibration.CalibrationMethod;
import dev.verhulst.heads.data.Table;
import dev.verhulst.heads.data.TableFile;
import dev.verhulst.heads.head.HeadModel;
import dev.verhulst.heads.model.ModelDirectoryWriter;
import dev.verhulst.heads.safetensors.ElementType;
import dev.verhulst.heads.training.HeadCalibration;
import dev.verhulst.heads.training.HeadFit;
import dev.verhulst.heads.training.HeadTraining;
import dev.verhulst.heads.training.MemoryBudgetException;
import dev.verhulst.heads.training.Solver;
import dev.verhulst.heads.training.TrainingExamples;
import dev.verhulst.heads.training.TrainingListener;
import dev.verhulst.heads.training.TrainingOptions;
import dev.verhulst.kernels.cpu.CpuDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Fits a logistic head to a file of examples and saves it as the next version of a model. */
@Command(
    name = "fit",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description =
        "Fits a logistic head to a file of examples and saves it as the next version of a model.")
@SuppressWarnings("NullAway.Init") // Picocli sets the options.
public final class FitCommand implements Callable<Integer> {

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "a Parquet file (*.parquet), or a CSV file whose first line names the columns")
  private Path data;

  @ArgGroup(multiplicity = "1")
  private Labels labels;

  private static final class Labels {
    @Option(
        names = "--label",
        paramLabel = "COLUMN",
        description = "a column of 0 and 1; repeated, for several labels")
    private @Nullable List<String> columns;

    @Option(
        names = "--classes",
        paramLabel = "COLUMN",
        description = "a column of classes: one label for each value")
    private @Nullable String classes;
  }

  @Option(
      names = "--weight",
      paramLabel = "COLUMN",
      description = "how much each row counts; without it, 1")
  private @Nullable String weight;

  @Option(
      names = "--name",
      required = true,
      paramLabel = "MODEL",
      description = "the name of the model")
  private String name;

  @Option(
      names = "--repository",
      defaultValue = "models",
      paramLabel = "DIRECTORY",
      description = "the model repository to save it in (${DEFAULT-VALUE})")
  private Path repository;

  @Option(
      names = "--c",
      defaultValue = "1",
      paramLabel = "NUMBER",
      description =
          "the inverse of the strength of the L2 penalty (${DEFAULT-VALUE}); Infinity for none")
  private double c;

  @Option(names = "--no-standardise", description = "leave the features as they are")
  private boolean notStandardised;

  @Option(
      names = "--solver",
      defaultValue = "AUTOMATIC",
      description = "one of ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})")
  private Solver solver;

  @Option(
      names = "--max-iterations",
      defaultValue = "1000",
      paramLabel = "NUMBER",
      description = "for each label (${DEFAULT-VALUE})")
  private int maxIterations;

  @Option(
      names = "--tolerance",
      defaultValue = "1e-9",
      paramLabel = "NUMBER",
      description = "largest gradient over the sum of the weights (${DEFAULT-VALUE})")
  private double tolerance;

  @Option(
      names = "--type",
      defaultValue = "F32",
      paramLabel = "F32|F64",
      description = "the type to save the weights in (${DEFAULT-VALUE})")
  private ElementType type;

  @Option(
      names = "--calibrate",
      paramLabel = "METHOD",
      description = "one of ${COMPLETION-CANDIDATES}; needs --calibration-data")
  private @Nullable CalibrationMethod calibrate;

  @Option(
      names = "--calibration-data",
      paramLabel = "FILE",
      description = "a file of the same columns with examples that were not trained on")
  private @Nullable Path calibrationData;

  @Option(names = "--coefficients", description = "print the coefficients")
  private boolean coefficients;

  @Option(names = "--quiet", description = "show no progress")
  private boolean quiet;

  @Spec private CommandSpec spec;

  /** Runs the command and exits: 0 for a fit that has converged, 1 for an error, 3 for another. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    return commandLine().execute(arguments);
  }

  static CommandLine commandLine() {
    return new CommandLine(new FitCommand())
        .setExecutionExceptionHandler(
            (failure, commandLine, _) -> {
              if (failure instanceof IllegalArgumentException
                  || failure instanceof MemoryBudgetException
                  || failure instanceof IOException) {
                commandLine.getErr().println("fit: " + failure.getMessage());
                return 1;
              }
              throw failure;
            });
  }

  @Override
  public Integer call() throws IOException {
    if ((calibrate == null) != (calibrationData == null)) {
      throw new IllegalArgumentException("--calibrate and --calibration-data go together");
    }
    if (type != ElementType.F32 && type != ElementType.F64) {
      throw new IllegalArgumentException("--type is F32 or F64, got " + type);
    }
    TrainingExamples examples = examples(read(data, "--data"));
    TrainingOptions options =
        TrainingOptions.DEFAULT
            .withC(c)
            .withStandardise(!notStandardised)
            .withSolver(solver)
            .withMaxIterations(maxIterations)
            .withTolerance(tolerance);
    int threads = Runtime.getRuntime().availableProcessors();
    try (CpuDevice device = new CpuDevice(threads)) {
      HeadFit fit = fit(new HeadTraining(device, threads), examples, options);
      FitReport.print(fit, spec.commandLine().getOut());
      if (coefficients) {
        FitReport.printCoefficients(fit, spec.commandLine().getOut());
      }
      save(fit, examples, device);
      return fit.converged() ? 0 : 3;
    }
  }

  private static Table read(Path file, String option) throws IOException {
    if (!Files.exists(file) || Files.isDirectory(file)) {
      throw new IllegalArgumentException(
          "there is no file %s; %s expects the path of a Parquet or CSV file"
              .formatted(file.toAbsolutePath(), option));
    }
    return new TableFile(file).read();
  }

  private TrainingExamples examples(Table table) {
    if (labels.columns != null) {
      return table.withLabels(labels.columns, weight);
    }
    if (labels.classes == null) {
      throw new IllegalStateException("this is a bug: neither --label nor --classes is set");
    }
    return table.withClasses(labels.classes, weight);
  }

  private HeadFit fit(HeadTraining training, TrainingExamples examples, TrainingOptions options) {
    if (quiet) {
      return training.fit(examples, options, TrainingListener.NONE);
    }
    try (FitProgressBar bar = new FitProgressBar()) {
      return training.fit(examples, options, bar);
    }
  }

  private void save(HeadFit fit, TrainingExamples examples, CpuDevice device) throws IOException {
    HeadModel head = fit.toHead(type);
    Map<String, String> files = new LinkedHashMap<>();
    if (calibrate != null && calibrationData != null) {
      TrainingExamples heldOut =
          examples(read(calibrationData, "--calibration-data"))
              .expectNames(examples.featureNames(), examples.labelNames());
      HeadCalibration calibration = HeadCalibration.fit(head, heldOut, calibrate, device);
      FitReport.print(calibration, spec.commandLine().getOut());
      files.putAll(calibration.diagrams());
      head = head.withCalibrations(calibration.calibrations());
    }
    Map<String, String> metadata =
        Map.of(
            "rows", Integer.toString(examples.features().rows()),
            "c", Double.toString(c),
            "log_loss", Double.toString(fit.logLoss()),
            "converged", Boolean.toString(fit.converged()));
    Path version =
        new ModelDirectoryWriter(repository)
            .save(name, head, examples.labelNames(), examples.featureNames(), metadata, files);
    spec.commandLine().getOut().println("Saved as " + version);
  }
}
