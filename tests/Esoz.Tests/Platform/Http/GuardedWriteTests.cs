using Esoz.EmployeeRoles;
using Esoz.Platform;
using Esoz.Platform.Http;
using Npgsql;

namespace Esoz.Tests.Platform.Http;

/// <summary>A write guarded by rules: what the verdict permits, what it answers, and what it explains.</summary>
public sealed class GuardedWriteTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    private static readonly Source Found = new("found", "SELECT id, state, owner FROM notes WHERE id = $1", "FOR UPDATE");

    /// <summary>$1 note, $2 owner, $3 text.</summary>
    private static readonly GuardedWrite<string> Change = new()
    {
        Sources = [Found],
        Rules =
        [
            new("1", "the note exists", "found.id IS NOT NULL", Refusal.NotFound("Note not found")),
            new("2", "the note is the caller's", "found.owner = $2", Refusal.Forbidden("Note of {owner}, not of {caller}"),
                ("owner", "found.owner"), ("caller", "$2")),
            new("3a", "the note is open", "found.state = 'OPEN'", Refusal.Conflict("{state} note cannot be changed"),
                ("state", "found.state")),
            new("3b", "the text is not empty", "$3 <> ''", Refusal.Unprocessable("Text is empty", "$.text")),
            new("4", "texts differ", "NOT EXISTS (SELECT FROM notes WHERE text = $3 AND id <> $1)", Refusal.Conflict("Text is taken"))
            {
                Index = "notes_text_key",
            },
        ],
        Write = $"UPDATE notes note SET text = $3 WHERE note.id = $1 AND {Guard.Allowed}",
        Effects = ["INSERT INTO note_history (note_id, text) SELECT note.id, note.text FROM note"],
        Row = new("note", "note.text", static (row, first) => row.GetString(first)),
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await registry.Execute("""
        DROP TABLE IF EXISTS notes, note_history;
        CREATE TABLE notes (id integer PRIMARY KEY, owner text NOT NULL, state text NOT NULL, text text);
        CREATE UNIQUE INDEX notes_text_key ON notes (text);
        CREATE TABLE note_history (note_id integer, text text);
        INSERT INTO notes VALUES (1, 'Ada', 'OPEN', 'one'), (2, 'Ada', 'CLOSED', 'two')
        """);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact(DisplayName = "When every rule holds the row and its effects are written and the row is shown")]
    public async Task Writes()
    {
        var written = await Run(1, "Ada", "new");

        Assert.Equal((null, null, "new"), (written.Broken, written.Refusal, written.Value));
        Assert.Equal("new", await registry.Scalar<string>("SELECT text FROM notes WHERE id = 1"));
        Assert.Equal("new", await registry.Scalar<string>("SELECT text FROM note_history"));
    }

    [Theory(DisplayName = "The first broken rule is answered, with its placeholders filled in, and nothing is written")]
    [InlineData(9, "Eve", "", "1", "Note not found")]
    [InlineData(2, "Eve", "", "2", "Note of Ada, not of Eve")]
    [InlineData(2, "Ada", "", "3a", "CLOSED note cannot be changed")]
    [InlineData(1, "Ada", "two", "4", "Text is taken")]
    public async Task Refuses(int note, string owner, string text, string number, string message)
    {
        var written = await Run(note, owner, text);

        Assert.Equal((number, message, null), (written.Broken?.Number, written.Refusal?.Message, written.Value));
        Assert.Equal(0, await registry.Scalar<long>("SELECT count(*) FROM note_history"));
        Assert.Equal(2, await registry.Scalar<long>("SELECT count(*) FROM notes WHERE text IN ('one', 'two')"));
    }

    [Fact(DisplayName = "Judging a write evaluates its rules and writes nothing")]
    public async Task Judges()
    {
        await using var steps = await new Work(registry.Database).Open(Ct);

        Assert.Null(await Change.Judge(steps, Ct, 1, "Ada", "new"));
        Assert.Equal("Text is taken", (await Change.Judge(steps, Ct, 1, "Ada", "two"))?.Message);
        Assert.Equal("one", await registry.Scalar<string>("SELECT text FROM notes WHERE id = 1"));
        Assert.Equal(0, await registry.Scalar<long>("SELECT count(*) FROM note_history"));
    }

    [Fact(DisplayName =
        "The explanation names every broken rule in the page's order and says which are unknown; it writes nothing and waits for no lock")]
    public async Task Explains()
    {
        await using var other = await registry.Database.Source.OpenConnectionAsync(Ct);
        await using var transaction = await other.BeginTransactionAsync(Ct);
        await using (var hold = new NpgsqlCommand("SELECT FROM notes FOR UPDATE", other))
            await hold.ExecuteNonQueryAsync(Ct);

        var broken = await Change.Explain(registry.Database, Ct, 2, "Eve", "");
        var missing = await Change.Explain(registry.Database, Ct, 9, "Eve", "one");

        Assert.Equal(
            [("2", "Note of Ada, not of Eve", false), ("3a", "CLOSED note cannot be changed", false), ("3b", null, false)], Shown(broken));
        Assert.Equal(
            [("1", "Note not found", false), ("2", "Note of {owner}, not of Eve", true), ("3a", "{state} note cannot be changed", true),
                ("4", "Text is taken", false)],
            Shown(missing));
        Assert.Empty(await Change.Explain(registry.Database, Ct, 1, "Ada", "three"));
        Assert.Equal(2, await registry.Scalar<long>("SELECT count(*) FROM notes WHERE text IN ('one', 'two')"));
    }

    [Fact(DisplayName = "The rules of a real method are explained too: an INACTIVE role of another, CLOSED legal entity breaks three")]
    public async Task ExplainsRole()
    {
        var provider = await registry.Given.Provider("CLOSED");
        var role = await registry.Given.EmployeeRole(await registry.Given.Provider(), "INACTIVE");

        var broken = await DeactivateEmployeeRole.Deactivation.Explain(registry.Database, Ct, provider, role, Guid.NewGuid());

        Assert.Equal(
            [
                ("1", "Legal entity must be ACTIVE or SUSPENDED", false), ("3", "Employee role belongs to another legal entity", false),
                ("4", "INACTIVE employee role cannot be DEACTIVATED", false),
            ],
            Shown(broken));
    }

    [Fact(DisplayName = "A source that no rule names is still locked, before the write")]
    public async Task LocksEverySource()
    {
        var write = With(Change.Write, [new("unnamed", "SELECT id FROM notes WHERE id = 2", "FOR UPDATE"), Found]);
        await using var other = await registry.Database.Source.OpenConnectionAsync(Ct);
        await using var transaction = await other.BeginTransactionAsync(Ct);
        await using (var hold = new NpgsqlCommand("SELECT FROM notes WHERE id = 2 FOR UPDATE", other))
            await hold.ExecuteNonQueryAsync(Ct);

        var writing = write.Run(new Work(registry.Database), Ct, 1, "Ada", "new");
        await registry.WaitForBlockedQuery();
        Assert.False(writing.IsCompleted);
        await transaction.RollbackAsync(Ct);

        Assert.Equal("new", (await writing).Value);
    }

    [Fact(DisplayName = "Of two writes that both find a text unused the unique index lets one through; the other is refused by the rule that names the index")]
    public async Task LostRace()
    {
        await using var other = await registry.Database.Source.OpenConnectionAsync(Ct);
        await using var transaction = await other.BeginTransactionAsync(Ct);
        await using (var first = new NpgsqlCommand("INSERT INTO notes VALUES (3, 'Eve', 'OPEN', 'new')", other))
            await first.ExecuteNonQueryAsync(Ct);

        var second = Run(1, "Ada", "new");
        await registry.WaitForBlockedQuery();
        await transaction.CommitAsync(Ct);

        Assert.Equal(("4", "Text is taken"), ((await second).Broken?.Number, (await second).Refusal?.Message));
        Assert.Equal("one", await registry.Scalar<string>("SELECT text FROM notes WHERE id = 1"));
    }

    [Fact(DisplayName = "In the caller's transaction the caller commits the write")]
    public async Task Joins()
    {
        await using var connection = await registry.Database.Source.OpenConnectionAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        var write = With(Change.Write, [Found], @lock: "SELECT FROM notes WHERE owner = $2 FOR UPDATE");

        Assert.Equal("new", (await write.Run(new Work(registry.Database, held: connection), Ct, 1, "Ada", "new")).Value);
        await transaction.RollbackAsync(Ct);

        Assert.Equal("one", await registry.Scalar<string>("SELECT text FROM notes WHERE id = 1"));
    }

    [Fact(DisplayName = "A write that ignores the verdict, or an incomplete rule, is rejected")]
    public void Composition()
    {
        Refused("does not ask for the verdict", With("UPDATE notes note SET text = $3 WHERE note.id = $1", [Found]));
        Refused("does not take its rows FROM note", With(Change.Write, [Found], effects: ["DELETE FROM note_history"]));
        Refused("has no condition", With(Change.Write, [Found], rules: [new("1", "the note exists", Refusal.NotFound("Note not found"))]));
        Refused("the placeholders",
            With(Change.Write, [Found], rules: [new("1", "the note is open", "true", Refusal.Conflict("{state} note"))]));

        static void Refused(string because, GuardedWrite<string> write) =>
            Assert.Contains(because, Assert.Throws<InvalidOperationException>(() => write.Sql).Message, StringComparison.Ordinal);
    }

    private static GuardedWrite<string> With(
        string write, IReadOnlyList<Source> sources, string? @lock = null, IReadOnlyList<string>? effects = null,
        IReadOnlyList<Validation>? rules = null) => new()
        {
            Lock = @lock,
            Sources = sources,
            Rules = rules ?? Change.Rules,
            Write = write,
            Effects = effects ?? [],
            Row = Change.Row,
        };

    private Task<Outcome<string>> Run(int note, string owner, string text) =>
        Change.Run(new Work(registry.Database), Ct, note, owner, text);

    private static IEnumerable<(string, string?, bool)> Shown(IEnumerable<BrokenRule> broken) =>
        broken.Select(rule => (rule.Rule.Number, rule.Refusal.Message, rule.IsUnknown));
}
