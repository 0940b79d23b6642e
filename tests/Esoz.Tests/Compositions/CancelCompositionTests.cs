namespace Esoz.Tests.Compositions;

/// <summary>API-006-001-001-0213 cancelComposition, up to its answer (compositions §6).</summary>
public sealed class CancelCompositionTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "Answers with a PENDING job of kind CANCEL_COMPOSITION and its task, which has the key of the subject's other tasks")]
    public async Task Schedules()
    {
        var given = await CompositionCase.Disability(registry);
        var composition = await given.Existing("2026-03-02", "2026-03-06");

        var job = (await given.Send("cancel", composition, [1, 2, 3])).Succeeded().Data;

        var row = Assert.Single(
            await registry.Rows(
                "SELECT job.kind, job.composition_id, task.type, task.key FROM async_jobs job JOIN background_tasks task ON task.job_id = job.id WHERE job.id = $1",
            job.GetProperty("id").GetGuid()));
        Assert.Equal(("CANCEL_COMPOSITION", composition, "CANCEL_COMPOSITION", given.Subject),
            (row["kind"], row["composition_id"], row["type"], row["key"]));
    }

    /// <summary>
    /// The composition is missing in every row, which tests the order; that it must be the client's own is tested with signing.
    /// </summary>
    [Theory(DisplayName = "1 the body has exactly data, a non-empty string; 2 which is base64")]
    [MemberData(nameof(SignCompositionTests.UnsoundBodies), MemberType = typeof(SignCompositionTests))]
    public async Task Body(string body, int code, string name, string message)
    {
        var given = await CompositionCase.Disability(registry);

        (await registry.Send("PATCH", $"{CompositionCase.Path}/{Guid.NewGuid()}/cancel", given.Credential, body))
            .IsMcRefusal(400, code, name, message);
    }
}
