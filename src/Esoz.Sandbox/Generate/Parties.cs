using Esoz.Codes;

namespace Esoz.Sandbox.Generate;

/// <summary>Persons. A person's number is that of their first post.</summary>
internal static class Parties
{
    public static readonly SyntheticTable Table = new("parties",
        "id, last_name, first_name, second_name, birth_date, gender, tax_id, no_tax_id, documents, phones, educations, specialities, working_experience, " +
        "verification_status, verification_changed_at, inserted_at, inserted_by, updated_at, updated_by",
        part => part.Employees, Write);

    /// <summary>Earliest birth date, and the range of birth dates in days.</summary>
    private static readonly DateOnly Oldest = new(1955, 1, 1);
    private const int Ages = 15_600;

    public static DateOnly BirthDate(int seed, int person)
    {
        var dice = new Dice(seed, Kind.Person, person);
        var day = Oldest.DayNumber + dice.Next(Ages);
        return DateOnly.FromDayNumber(day - (day % ReservedNumbers.BirthDayStep) + ReservedNumbers.BirthDayResidue(seed));
    }

    /// <summary>Year in which a person graduated.</summary>
    public static int GraduationYear(int seed, int person) => BirthDate(seed, person).Year + 23;

    private static void Write(TableWriter rows, Source source, int person)
    {
        if (Population.IsSecondJob(person))
            return;
        var dice = source.Dice(Kind.Party, person);
        var female = dice.Percent(72);
        var name = UkrainianNames.Draw(female, ref dice);
        var employee = source.Staff[person];
        var graduation = GraduationYear(source.Seed, person);
        var verification = dice.Next(100);
        rows.StartRow();
        rows.Value(source.Id(Kind.Party, person)).Text(name.Last).Text(name.First).Text(name.Second)
            .Value(BirthDate(source.Seed, person)).Text(female ? "FEMALE" : "MALE")
            .Text(ReservedNumbers.TaxNumber(source.Seed, person, female)).Value(false)
            .Text($$"""[{"type":"NATIONAL_ID","number":"{{dice.Next(1_000_000_000):D9}}","issued_by":"{{dice.Next(10_000):D4}}","issued_at":"{{2016 + dice.Next(10)}}-0{{1 + dice.Next(9)}}-15"}]""")
            .Text($$"""[{"type":"MOBILE","number":"{{ReservedNumbers.Phone(ref dice)}}"}]""")
            .Text(employee.Speciality is { } learnt ? $"[{Papers.Education(learnt, graduation, ref dice)}]" : null)
            .Text(employee.Speciality is { } practised ? $"[{Papers.Certificate(practised, graduation, ref dice)}]" : null)
            .Value(Math.Max(0, 2026 - graduation))
            .Text(verification < 90 ? VerificationStatus.Verified
                : verification < 97 ? VerificationStatus.VerificationNeeded : VerificationStatus.NotVerified)
            .Value(employee.InsertedAt)
            .Value(employee.InsertedAt).Value(Source.Author)
            .Value(source.Calendar.Changed(person, employee.InsertedAt, ref dice)).Value(Source.Author);
    }
}
