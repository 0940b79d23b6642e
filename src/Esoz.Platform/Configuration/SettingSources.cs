using System.Text.Json;

namespace Esoz.Platform.Configuration;

/// <summary>
/// Names and values from all sources, highest precedence first: <c>--set NAME=VALUE</c>, environment, <c>appsettings.json</c> in the
/// working directory.
/// </summary>
public sealed class SettingSources
{
    public const string Assignment = "--set";
    public const string Environment = "environment";
    public const string File = "appsettings.json";
    public const string Default = "default";

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _sources = new(StringComparer.Ordinal);

    private SettingSources()
    {
    }

    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>Names that were assigned for this run; a name among them that is no setting is a mistake, whatever its prefix.</summary>
    public IEnumerable<string> Assigned => _sources.Where(source => source.Value == Assignment).Select(source => source.Key);

    /// <param name="assignments">Values of <c>--set</c>.</param>
    /// <exception cref="SettingsException">The file or an assignment cannot be read.</exception>
    public static SettingSources Gather(IEnumerable<string> assignments)
    {
        var gathered = new SettingSources();
        if (System.IO.File.Exists(File))
            gathered.AddFile(System.IO.File.ReadAllBytes(File));
        foreach (System.Collections.DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
            gathered.Add((string)variable.Key, (string?)variable.Value ?? "", Environment);
        foreach (var assignment in assignments)
        {
            var at = assignment.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
                throw new SettingsException([$"--set takes NAME=VALUE, but got '{assignment}'."]);
            gathered.Add(assignment[..at], assignment[(at + 1)..], Assignment);
        }
        return gathered;
    }

    /// <summary>The source of a setting's value. A secret may come from the file that <c>NAME_FILE</c> names.</summary>
    public string Of(string name) => _sources.GetValueOrDefault(name)
        ?? (_sources.TryGetValue(name + SettingReader.FileSuffix, out var source) ? $"{name}{SettingReader.FileSuffix}, {source}" : Default);

    private void Add(string name, string value, string source) => (_values[name], _sources[name]) = (value, source);

    private void AddFile(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new SettingsException([$"{File} must be one JSON object of names and values, such as {{\"ESOZ_MODE\": \"sandbox\"}}."]);
            foreach (var member in document.RootElement.EnumerateObject())
                Add(member.Name, member.Value.ToString(), File);
        }
        catch (JsonException wrong)
        {
            // The rest of the message is advice to programmers, and repeats the line.
            var reason = wrong.Message.Split(". ")[0].TrimEnd('.');
            throw new SettingsException([$"{File} is not valid JSON in line {wrong.LineNumber + 1}: {reason}."]);
        }
    }
}
