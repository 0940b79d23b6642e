using System.Linq.Expressions;
using System.Reflection;
using Esoz.Platform.Json;
using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>
/// Maps rows of a table to records: every member is read from the column with its name in snake_case, so that a new column needs only a new
/// member. Create it once; the reader is compiled on first use and is as fast as hand-written code (docs/adr/0016).
/// </summary>
/// <remarks>
/// Members are the parameters of the record's constructor and its settable properties. A member of a nullable type is read from a nullable
/// column.
/// </remarks>
/// <param name="alias">The <see cref="Alias"/>.</param>
public sealed class RowMap<T>(string alias) where T : class
{
    private readonly Dictionary<string, Part> _declared = [];
    private IReadOnlyList<(PropertyInfo Member, Part Part)>? _parts;
    private string? _columns;
    private Func<NpgsqlDataReader, int, T>? _read;

    /// <summary>Name of the table in the statements that select <see cref="Columns"/>.</summary>
    public string Alias => alias;

    /// <summary>Joined tables that the columns need; none of them may duplicate or remove rows.</summary>
    public string Joins { get; init; } = "";

    public static implicit operator WrittenRow<T>(RowMap<T> map) => new(map.Alias, map.Columns, map.Read) { Joins = map.Joins };

    /// <summary>The select list.</summary>
    public string Columns => _columns ??= string.Join(", ", Sql);

    /// <summary>Names of the columns.</summary>
    public IEnumerable<string> Names => Parts.Select(part => RowMembers.ColumnOf(part.Member));

    private IEnumerable<string> Sql => Parts.SelectMany(part => part.Part.Columns);

    private IReadOnlyList<(PropertyInfo Member, Part Part)> Parts =>
        _parts ??= [.. RowMembers.Of(typeof(T)).Select(member => (member, _declared.GetValueOrDefault(member.Name) ?? Plain(member)))];

    /// <summary>Maps a member that is not read from the column with its name.</summary>
    /// <param name="sql">Expression to select instead.</param>
    public RowMap<T> Column<TMember>(Expression<Func<T, TMember>> member, string sql)
    {
        var property = RowMembers.Named(member);
        return Declare(property, new([sql], at => Value(property, at)));
    }

    /// <summary>Maps a member that is created from a JSON value, which must not be null.</summary>
    /// <param name="sql">The JSON value.</param>
    /// <param name="read">Creates the member from the value.</param>
    public RowMap<T> Column<TMember>(Expression<Func<T, TMember>> member, string sql, Func<RawJson, TMember> read)
    {
        var property = RowMembers.Named(member);
        return Declare(property, new([sql], at =>
            Expression.Invoke(Expression.Constant(read), RowReading.Value(typeof(RawJson), mayBeNull: false, at))));
    }

    /// <summary>
    /// Maps a member that is a record with its own columns, e.g. of a joined table. A nullable one is null when the first of its
    /// non-nullable columns is null.
    /// </summary>
    public RowMap<T> Nested<TMember>(Expression<Func<T, TMember?>> member, RowMap<TMember> map) where TMember : class
    {
        var property = RowMembers.Named(member);
        return Declare(property, new([.. map.Sql], at => RowMembers.MayBeNull(property)
            ? Expression.Condition(RowReading.IsNull(at + map.FirstNeeded()), Expression.Default(typeof(TMember)), map.Reading(at))
            : map.Reading(at)));
    }

    /// <param name="row">A row that has been read.</param>
    /// <param name="first">Ordinal of the first of <see cref="Columns"/>.</param>
    public T Read(NpgsqlDataReader row, int first = 0) => (_read ??= Compile())(row, first);

    /// <summary>Executes and disposes of a command, and reads its row; null when there is none.</summary>
    public Task<T?> ReadOne(NpgsqlCommand command, CancellationToken ct) => command.ReadOne(row => Read(row), ct);

    /// <summary>A read by an id, which is the only parameter of the statement.</summary>
    public PointRead<Guid, T> ById(string sql) => new(sql, id => [id], row => Read(row));

    private Func<NpgsqlDataReader, int, T> Compile() =>
        Expression.Lambda<Func<NpgsqlDataReader, int, T>>(Reading(0), RowReading.Row, RowReading.First).Compile();

    private MemberInitExpression Reading(int at)
    {
        var values = new Dictionary<string, Expression>();
        foreach (var (member, part) in Parts)
        {
            values.Add(member.Name, part.Read(at));
            at += part.Columns.Count;
        }
        var constructor = RowMembers.ConstructorOf(typeof(T));
        var arguments = constructor.GetParameters().Select(parameter => parameter.Name!).ToList();
        return Expression.MemberInit(
            Expression.New(constructor, arguments.Select(name => values[name])),
            from part in Parts
            where !arguments.Contains(part.Member.Name)
            select Expression.Bind(part.Member, values[part.Member.Name]));
    }

    private int FirstNeeded()
    {
        var at = 0;
        foreach (var (member, part) in Parts)
        {
            if (!RowMembers.MayBeNull(member))
                return at;
            at += part.Columns.Count;
        }
        throw new InvalidOperationException($"{typeof(T).Name} has no required column, so an absent record cannot be recognised.");
    }

    private Part Plain(PropertyInfo member) =>
        new([$"{alias}.{RowMembers.ColumnOf(member)}"], at => Value(member, at));

    private static Expression Value(PropertyInfo member, int at) => RowReading.Value(member.PropertyType, RowMembers.MayBeNull(member), at);

    private RowMap<T> Declare(PropertyInfo member, Part part)
    {
        _declared.Add(member.Name, part);
        return this;
    }

    /// <param name="Columns">SQL of the columns of a member.</param>
    /// <param name="Read">Reads the member, given the offset of its first column from the first column of the row.</param>
    private sealed record Part(IReadOnlyList<string> Columns, Func<int, Expression> Read);
}
