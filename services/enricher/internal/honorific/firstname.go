package honorific

import "github.com/dateline-news/dateline/services/enricher/internal/fold"

// maxFirstName is the most bytes of a first name that is looked up.
const maxFirstName = 16

// OfFirstName is the gender of those who mostly bear a common first name. Names
// that both bear, such as Alex and Kim, and rare ones say nothing.
func OfFirstName(name string) Gender {
	if len(name) > maxFirstName {
		return Unknown
	}
	switch fold.String(name) {
	case "aaron", "abdul", "abdullah", "abraham", "adam", "ahmed", "ahmad", "alan", "albert", "alberto", "alejandro", "alexander",
		"alexei", "alfred", "ali", "allen", "amir", "anatoly", "anders", "andrew", "andres", "andrei", "andrzej", "anthony", "antonio",
		"antony", "arthur", "barack", "benjamin", "benyamin", "bernard", "bernie", "bill", "bob", "boris", "brad", "brandon", "brendan",
		"brian", "bruce", "bruno", "bryan", "carl", "carlos", "charles", "charlie", "chris", "christian", "christopher", "chuck",
		"colin", "craig", "dan", "daniel", "dave", "david", "dennis", "diego", "dmitry", "dmitri", "don", "donald", "doug", "douglas",
		"ed", "eddie", "eduardo", "edward", "emmanuel", "eric", "erik", "ernest", "eugene", "evan", "felix", "fernando", "francisco",
		"francois", "frank", "franz", "fred", "frederick", "gary", "george", "gerald", "gerard", "giorgio", "giovanni", "giuseppe",
		"glenn", "gordon", "graham", "greg", "gregory", "guillermo", "gustavo", "hans", "harold", "harry", "hassan", "henry", "herbert",
		"howard", "hugh", "hugo", "ian", "ibrahim", "igor", "imran", "isaac", "ivan", "jack", "jacob", "jacques", "jake", "james",
		"jan", "jared", "jason", "javier", "jeff", "jeffrey", "jeremy", "jerome", "jerry", "jim", "jimmy", "joe", "joel", "john",
		"johnny", "jon", "jonathan", "jorge", "jose", "josef", "joseph", "josh", "joshua", "juan", "julian", "justin", "karl", "keir",
		"keith", "ken", "kenneth", "kevin", "khalid", "klaus", "kofi", "kyle", "larry", "lars", "lawrence", "leon", "leonard", "liam",
		"lloyd", "louis", "luca", "lucas", "luis", "luiz", "luke", "mahmoud", "manuel", "marc", "marco", "marcus", "mario", "mark",
		"martin", "matt", "matteo", "matthew", "mauricio", "max", "michael", "michel", "miguel", "mike", "mikhail", "mitch", "mitt",
		"mohamed", "mohammad", "mohammed", "moshe", "muhammad", "mustafa", "nathan", "neil", "nicholas", "nicolas", "nigel",
		"nikolai", "noah", "oleg", "oliver", "olivier", "omar", "oscar", "osama", "otto", "pablo", "patrick", "paul", "paulo", "pavel",
		"pedro", "pete", "peter", "phil", "philip", "philippe", "phillip", "pierre", "pieter", "rafael", "raj", "ralph", "raul", "ray",
		"raymond", "ricardo", "richard", "rick", "rob", "robert", "roberto", "rodrigo", "roger", "roland", "ron", "ronald", "roy",
		"russell", "ryan", "salman", "samuel", "scott", "sean", "sebastian", "sergei", "sergey", "sergio", "seth", "simon", "stanley",
		"stefan", "stephen", "steve", "steven", "stuart", "ted", "terrence", "thomas", "tim", "timothy", "toby", "todd", "tom",
		"tommy", "tony", "trevor", "victor", "vincent", "viktor", "vladimir", "volodymyr", "walter", "warren", "wayne", "wilhelm",
		"will", "william", "wolfgang", "yusuf", "xavier", "zachary":
		return Male
	case "abigail", "agnes", "aisha", "alexandra", "alice", "alicia", "alison", "amanda", "amber", "amelia", "amy", "ana", "andrea",
		"angela", "angelina", "anita", "ann", "anna", "anne", "annette", "annie", "antonia", "ashley", "astrid", "barbara", "beatrice",
		"becky", "bernadette", "beth", "betty", "beverly", "brenda", "bridget", "brigitte", "britney", "camilla", "carla", "carmen",
		"carol", "carolina", "caroline", "carolyn", "catherine", "cecilia", "celine", "charlotte", "chelsea", "cheryl", "chloe",
		"christina", "christine", "claire", "clara", "claudia", "condoleezza", "cristina", "cynthia", "daniela", "danielle", "deborah",
		"debbie", "denise", "diana", "diane", "dolores", "donna", "doris", "dorothy", "elaine", "eleanor", "elena", "elisabeth",
		"elizabeth", "ella", "ellen", "emily", "emma", "erica", "erin", "esther", "eva", "eve", "evelyn", "fatima", "fiona", "florence",
		"frances", "francesca", "gabriela", "georgia", "geraldine", "gina", "giorgia", "giulia", "gloria", "grace", "greta", "hannah",
		"harriet", "hazel", "heather", "heidi", "helen", "helena", "hillary", "holly", "ida", "indira", "ingrid", "irene", "irina", "isabel",
		"isabella", "ivana", "ivanka", "jacinda", "jackie", "jacqueline", "jane", "janet", "janice", "jasmine", "jeanne", "jennifer",
		"jenny", "jessica", "jill", "joan", "joanna", "joanne", "josephine", "joyce", "juanita", "judith", "judy", "julia", "juliana",
		"julie", "kamala", "karen", "karin", "kate", "katherine", "kathleen", "kathryn", "kathy", "katie", "katrina", "kimberly",
		"kirsten", "kristen", "kristin", "kristina", "laura", "lauren", "leila", "liliana", "lily", "linda", "lisa", "louise", "lucia",
		"lucy", "lydia", "madeleine", "maggie", "margaret", "margarita", "maria", "mariam", "marie", "marilyn", "marina", "marion",
		"marissa", "marta", "martha", "mary", "maryam", "matilda", "maureen", "megan", "melania", "melanie", "melinda", "melissa",
		"mercedes", "meryl", "mia", "michelle", "mildred", "miranda", "miriam", "molly", "monica", "nadia", "nancy", "naomi",
		"natalia", "natalie", "natasha", "nathalie", "nicola", "nicole", "nina", "nora", "olga", "olivia", "pamela", "patricia",
		"paula", "penelope", "petra", "phyllis", "priscilla", "rachel", "rebecca", "renee", "rita", "rosa", "rose", "rosemary", "roxanne",
		"ruth", "sally", "samantha", "sandra", "sara", "sarah", "scarlett", "selena", "sharon", "sheila", "shirley", "silvia", "simone",
		"sofia", "sonia", "sophia", "sophie", "stella", "stephanie", "susan", "susanne", "suzanne", "svetlana", "sylvia", "tamara",
		"tanya", "tara", "tatiana", "teresa", "theresa", "tina", "ursula", "valerie", "vanessa", "vera", "veronica", "victoria",
		"violet", "virginia", "vivian", "wanda", "wendy", "whitney", "yolanda", "yulia", "yvette", "yvonne", "zoe":
		return Female
	}
	return Unknown
}

// Formal is the full form of a familiar first name, folded: bob is robert. A name
// that is no such form is itself.
func Formal(folded string) string {
	switch folded {
	case "bob", "rob", "bobby", "robbie":
		return "robert"
	case "bill", "will", "billy", "willie":
		return "william"
	case "joe", "joey":
		return "joseph"
	case "mike", "mick", "mickey":
		return "michael"
	case "jim", "jimmy", "jamie":
		return "james"
	case "tom", "tommy":
		return "thomas"
	case "dick", "rick", "ricky", "rich":
		return "richard"
	case "larry":
		return "lawrence"
	case "dave":
		return "david"
	case "dan", "danny":
		return "daniel"
	case "ted", "ed", "eddie", "ned":
		return "edward"
	case "chuck", "charlie":
		return "charles"
	case "steve", "stephen":
		return "steven"
	case "tony":
		return "anthony"
	case "ben":
		return "benjamin"
	case "matt":
		return "matthew"
	case "andy":
		return "andrew"
	case "greg":
		return "gregory"
	case "jeff":
		return "jeffrey"
	case "ken":
		return "kenneth"
	case "tim":
		return "timothy"
	case "don", "donnie":
		return "donald"
	case "ron", "ronnie":
		return "ronald"
	case "chris":
		return "christopher"
	case "liz", "beth", "betsy":
		return "elizabeth"
	case "kate", "kathy", "katie", "cathy":
		return "katherine"
	case "jenny", "jen":
		return "jennifer"
	}
	return folded
}
