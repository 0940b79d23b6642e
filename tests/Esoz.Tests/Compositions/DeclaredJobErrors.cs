using System.Text.RegularExpressions;
using Esoz.Compositions;
using Esoz.Platform;
using Esoz.Platform.Http;
using Esoz.Platform.Jobs;

namespace Esoz.Tests.Compositions;

/// <summary>
/// Every refusal of a task is declared by the card that starts it. Every registry with a worker checks this at the end of its tests.
/// </summary>
public static partial class DeclaredJobErrors
{
    private static readonly Dictionary<string, MethodCard> StartedBy = new()
    {
        [CreateCompositionTask.Type] = CreateComposition.Card,
        [SignCompositionTask.Type] = SignComposition.Card,
        [CancelCompositionTask.Type] = CancelComposition.Card,
    };

    /// <summary>Checks every job that a task has ended.</summary>
    public static async Task Hold(Registry registry)
    {
        var ended = await registry.Rows("""
            SELECT DISTINCT job.kind, job.error_code, job.error_name, job.error_message
              FROM async_jobs job JOIN background_tasks task ON task.job_id = job.id
             WHERE job.status = 'FAILED'
            """);
        Assert.Empty(
            from error in ended
            where !Of((string)error["kind"]!).Any(refusal => Says(refusal, error))
            select $"{error["kind"]} does not declare {error["error_code"]} {error["error_name"]}: {error["error_message"]}");
    }

    private static IEnumerable<Refusal> Of(string kind) => StartedBy[kind].JobErrors.Select(rule => rule.Refusal).Append(JobTable.GivenUp);

    private static bool Says(Refusal refusal, Dictionary<string, object?> error) =>
        (refusal.Code!.Value.Number, refusal.Code.Value.Name).Equals(((int)error["error_code"]!, (string)error["error_name"]!))
        && Regex.IsMatch((string)error["error_message"]!, $"^{Placeholder().Replace(Regex.Escape(refusal.Message!), ".+")}$");

    /// <summary>A placeholder as escaped by <see cref="Regex.Escape"/>.</summary>
    [GeneratedRegex(@"\\\{\w+\}")]
    private static partial Regex Placeholder();
}
