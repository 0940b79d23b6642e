using System.Text.Json;

namespace Esoz.OperatorConsole;

/// <summary>An action of an operator.</summary>
/// <param name="IsRunning">False of one that has neither ended nor anybody who works on it: its process has ended.</param>
/// <param name="EndState">Null: it has not ended.</param>
/// <param name="Report">What it found, as the screen of the action wrote it.</param>
public sealed record ConsoleAction(Guid Id, string Kind, Guid UserId, DateTime BegunAt, bool IsRunning, IReadOnlyList<PartDone> Progress,
    DateTime? FinishedAt, string? EndState, JsonElement? Report)
{
    public T? ReportAs<T>() where T : class => Report?.Deserialize<T>(JsonSerializerOptions.Web);
}

/// <summary>How far a part of an action is, such as a resource.</summary>
public sealed record PartDone(string Part, long Done, long Of);

/// <summary>How an action ended, and what is kept of it as JSON.</summary>
public sealed record ActionResult(string EndState, object? Report);

/// <summary>A report that is sentences only.</summary>
/// <param name="Found">How many there were.</param>
/// <param name="Findings">The first of them.</param>
public sealed record FindingsReport(int Found, IReadOnlyList<string> Findings)
{
    /// <summary>How many are kept.</summary>
    public const int Most = 100;

    public static FindingsReport Of(IReadOnlyCollection<string> findings) => new(findings.Count, [.. findings.Take(Most)]);
}
