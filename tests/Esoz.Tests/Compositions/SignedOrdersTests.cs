namespace Esoz.Tests.Compositions;

/// <summary>Large signed orders of one client that wait (compositions §5, §6).</summary>
public sealed class SignedOrdersTests(SignedOrdersTests.FewLargeOrders registry) : IClassFixture<SignedOrdersTests.FewLargeOrders>
{
    private const int Max = 2;

    [Fact(DisplayName = "4 a client has a bounded number of large orders waiting: the next one is 429 with Retry-After, until one has ended")]
    public async Task Bounded()
    {
        var given = await CompositionCase.Disability(registry);
        var draft = await given.Existing("2026-03-02", "2026-03-06", "PRELIMINARY");

        // Sent together, so that no two of them may count the same orders.
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => given.Send(i % 2 == 0 ? "sign" : "cancel", draft, Large(i))));

        var accepted = answers.Where(answer => answer.Status == 200).Select(answer => answer.Data.GetProperty("id").GetGuid()).ToList();
        Assert.Equal(Max, accepted.Distinct().Count());
        var refused = answers.Where(answer => answer.Status != 200).ToList();
        Assert.Equal(6 - Max, refused.Count);
        Assert.All(refused, answer =>
        {
            answer.IsMcRefusal(429, 429, "TOO_MANY_REQUESTS", "Too many large orders are pending");
            Assert.Equal("5", answer.Headers.GetValues("Retry-After").Single());
        });

        var small = await given.Send("sign", draft, [1, 2, 3]);
        var first = Enumerable.Range(0, 6).First(i => answers[i].Status == 200);
        var again = await given.Send(first % 2 == 0 ? "sign" : "cancel", draft, Large(first));
        var other = await CompositionCase.Disability(registry);
        var others = await other.Send("sign", await other.Existing("2026-03-02", "2026-03-06", "PRELIMINARY"), Large(0));
        Assert.Equal((200, 200, 200), (small.Status, again.Status, others.Status));
        Assert.Equal(answers[first].Data.GetProperty("id").GetGuid(), again.Data.GetProperty("id").GetGuid());

        await registry.Execute("UPDATE async_jobs SET status = 'DONE', done_at = now() WHERE id = $1", accepted[0]);
        Assert.Equal(200, (await given.Send("sign", draft, Large(7))).Status);
        Assert.Equal(429, (await given.Send("sign", draft, Large(8))).Status);
    }

    private static byte[] Large(int number)
    {
        var container = new byte[1024 * 1024];
        container[0] = (byte)number;
        return container;
    }

    /// <summary>A registry that lets few large orders wait.</summary>
    public sealed class FewLargeOrders(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new() { ["JOB_MAX_PENDING_LARGE"] = $"{Max}" };
    }
}
