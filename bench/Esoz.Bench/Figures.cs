using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Esoz.Platform;
using static System.FormattableString;

namespace Esoz.Bench;

/// <summary>What the benchmarks of this run have measured: printed as it comes, and kept for <c>./esoz bench all</c>.</summary>
public static class Figures
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly List<Figure> All = [];

    /// <summary>The benchmark that runs.</summary>
    public static string Bench { get; set; } = "";

    /// <param name="what">Name of the figure, the same in every run.</param>
    /// <param name="unit">Empty = a ratio.</param>
    /// <param name="note">How it was measured, and its target.</param>
    /// <exception cref="InvalidOperationException">It is the ratio to something that did nothing.</exception>
    public static void Add(string what, double value, string unit, string note = "")
    {
        if (!double.IsFinite(value))
            throw new InvalidOperationException($"{what} is {value}: the rounds are too short.");
        All.Add(new(Bench, what, Math.Round(value, 4), unit, note));
        Console.WriteLine($"{what,-22} {Text(value),9} {unit,-3} {note}".TrimEnd());
    }

    /// <summary>Writes all figures and the machine to a JSON file.</summary>
    public static async Task Write(string file, TimeSpan took)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new
        {
            Date = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            Version = BuildVersion.WithCommit,
            Processors = Environment.ProcessorCount,
            Runtime = Environment.Version.ToString(),
            Seconds = Math.Round(took.TotalSeconds),
            Figures = All,
        }, Json) + "\n");
    }

    /// <summary>All figures as a Markdown table.</summary>
    public static string Table() => string.Join('\n',
        ["| bench | figure | value |", "|---|---|---|", .. All.Select(it => $"| `{it.Bench}` | {it.What} | {Text(it.Value)} {it.Unit} |")]);

    private static string Text(double value) => value switch
    {
        >= 1000 => Invariant($"{value:N0}"),
        >= 100 => Invariant($"{value:F0}"),
        >= 10 => Invariant($"{value:F1}"),
        _ => Invariant($"{value:F3}"),
    };
}

/// <summary>One of them.</summary>
/// <param name="Unit">Empty = a ratio.</param>
public sealed record Figure(string Bench, string What, double Value, string Unit, string Note);
