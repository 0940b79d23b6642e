using System.Text.Json;
using Esoz.Dictionaries;
using Esoz.Import;
using Esoz.Platform.Configuration;
using Esoz.Platform.Database;
using Esoz.Platform.Json;

namespace Esoz.Cli.Commands;

/// <summary><c>dictionary list</c>, <c>dictionary show</c> and <c>dictionary import</c>.</summary>
public static class DictionaryCommand
{
    private static readonly JsonSerializerOptions SnakeCase = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = PlainJsonEncoder.Instance,
    };

    public static Command Create() => new("dictionary", "Dictionaries: the codes that fields may have.") { List(), Show(), Import() };

    private static Command List() =>
        new Command("list", "Lists the dictionaries with the number of their values.")
        { CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            await CommandLine.Print(parsed, (await Load(installation.Database, null, ct)).Select(Counted).ToList(), AsTable);
        });

    private static Command Show()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the dictionary, as in POSITION." };
        return new Command("show", "Shows the values of one dictionary.")
        { name, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var wanted = parsed.GetValue(name)!;
            if (await Load(installation.Database, wanted, ct) is not [var dictionary])
                throw new CommandException(
                    $"There is no dictionary {wanted}. Did you mean {Nearest.To(wanted, (await Load(installation.Database, null, ct)).Select(it => it.Name))}?");
            await Console.Out.WriteLineAsync(parsed.GetValue(CommandLine.Json)
                ? JsonSerializer.Serialize(dictionary, SnakeCase)
                : string.Join('\n', [Heading(dictionary), .. Lines(dictionary.Values, "  ")]));
        });
    }

    private static Command Import()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "JSON: {NAME: {\"values\": [{\"code\", \"name_uk\"}]}}, or an answer of GET /api/v2/dictionaries.",
        };
        return new Command("import",
            "Brings the dictionaries of a file to its state: adds, updates and deactivates values; all or nothing.")
        { file, CommandLine.Json }.Runs(async (parsed, installation, ct) =>
        {
            var summaries = await Imported(installation.Database, parsed.GetValue(file)!, ct);
            await Console.Out.WriteLineAsync(parsed.GetValue(CommandLine.Json)
                ? JsonSerializer.Serialize(summaries, SnakeCase)
                : string.Join('\n', [.. summaries.Where(IsChange).Select(Line), Total(summaries)]));
        });
    }

    private static Task<IReadOnlyList<Dictionary>> Load(PostgresDatabase database, string? name, CancellationToken ct) =>
        StoredDictionaries.Load(database, name, null, new ValueFilter(), ct);

    private static async Task<IReadOnlyList<DictionarySummary>> Imported(PostgresDatabase database, string file, CancellationToken ct)
    {
        try
        {
            return await ImportDictionaries.Run(database.Source, file, ct);
        }
        catch (ImportFailedException faults)
        {
            throw new UsageException(faults.Message);
        }
    }

    private static Table AsTable(IEnumerable<Counts> dictionaries) => Table.Of(dictionaries,
        ["name", "active values", "values", "is active", "description"],
        it => [it.Name, it.ActiveValues, it.Values, it.IsActive ? "yes" : "no", it.Description]);

    private static Counts Counted(Dictionary dictionary)
    {
        var values = All(dictionary.Values).ToList();
        return new(dictionary.Name, dictionary.Description, dictionary.Labels, dictionary.IsActive, values.Count,
            values.Count(value => value.IsActive));
    }

    private static IEnumerable<DictionaryValue> All(IEnumerable<DictionaryValue> values) =>
        values.SelectMany(value => All(value.ChildValues).Prepend(value));

    private static string Heading(Dictionary dictionary) =>
        $"{dictionary.Name}  {dictionary.Description}{(dictionary.IsActive ? "" : "  (inactive)")}  [{string.Join(", ", dictionary.Labels)}]";

    private static IEnumerable<string> Lines(IEnumerable<DictionaryValue> values, string indent) => values.SelectMany(value =>
        Lines(value.ChildValues, indent + "  ")
            .Prepend($"{indent}{value.Code,-24} {value.Description}{(value.IsActive ? "" : "  (inactive)")}"));

    private static bool IsChange(DictionarySummary it) => it.IsNew || it.IsChanged || it.Added + it.Updated + it.Deactivated > 0;

    private static string Line(DictionarySummary it) =>
        $"{it.Dictionary}{(it.IsNew ? " (new)" : it.IsChanged ? " (changed)" : "")}: {Numbers([it])}";

    private static string Total(IReadOnlyList<DictionarySummary> all) => $"{all.Count} dictionaries: {Numbers(all)}";

    private static string Numbers(IReadOnlyList<DictionarySummary> all) =>
        $"{all.Sum(it => it.Added)} added, {all.Sum(it => it.Updated)} updated, {all.Sum(it => it.Deactivated)} deactivated, {all.Sum(it => it.Unchanged)} unchanged";

    private sealed record Counts(
        string Name, string? Description, IReadOnlyList<string> Labels, bool IsActive, int Values, int ActiveValues);
}
